# To be sourced: starts the simulator and exports its variables. `work` is a folder for the script's files; both go when it
# ends.
work=$(mktemp -d)
simulator=""
end() {
  [ -z "$simulator" ] || kill "$simulator" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT

npm run --silent compile:simulator
node build/simulator/start.js --port 0 --github-port 0 --rate-limits off >"$work/simulator.txt" 2>&1 &
simulator=$!
for _ in $(seq 1 300); do
  grep -q 'GITHUB_TOKEN=' "$work/simulator.txt" && break
  kill -0 "$simulator" 2>/dev/null || break
  sleep 0.1
done
exports=$(grep -E '^ *export [A-Z_]+=' "$work/simulator.txt") || {
  echo "The simulator printed no variables:" >&2
  cat "$work/simulator.txt" >&2
  exit 1
}
eval "$exports"
