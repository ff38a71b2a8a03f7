#!/usr/bin/env bash
# Runs the package of the command line as users do: by npx, in a folder of their own, without this project's modules and,
# but for the way by git, without a network. Plans against a simulator that the same package serves.
set -euo pipefail
cd "$(dirname "$0")/.."
project=$PWD

work=$(mktemp -d)
served=""
end() {
  [ -z "$served" ] || kill "$served" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT
bash scripts/package-cli.sh "$work"
mkdir -p "$work/orders/.github/workflows"
cp simulator/demo/orders.yaml "$work/orders/openapi.yml"
cp examples/preview.yml "$work/orders/.github/workflows/"
cd "$work/orders"
apigw_stage() {
  npm_config_cache="$work/cache" npx --yes --offline --package="$work/apigw-stage.tgz" apigw-stage "$@"
}

# It says on which line it found what, or nothing.
expect() {
  grep -qF "$1" "$work/log.txt" || {
    echo "There is no \"$1\" in:" >&2
    cat "$work/log.txt" >&2
    exit 1
  }
}

apigw_stage validate --definition openapi.yml >"$work/log.txt" 2>&1
expect "Valid: the definition, with 1 route"

apigw_stage simulate --definition openapi.yml --workflow .github/workflows/preview.yml >"$work/log.txt" 2>&1
expect "Job preview: success"
expect '`pr-1` is live'

# Not by npx, which would not hand on the signal that ends it.
tar -xzf "$work/apigw-stage.tgz" -C "$work"
node "$work/package/cli/index.js" simulate --definition openapi.yml --port 0 --github-port 0 >"$work/served.txt" 2>&1 &
served=$!
for _ in $(seq 1 300); do
  grep -q 'GITHUB_TOKEN=' "$work/served.txt" && break
  kill -0 "$served" 2>/dev/null || break
  sleep 0.1
done
eval "$(grep -E '^export AWS_[A-Z_]+=' "$work/served.txt")"
apigw_stage plan --rest-api-id a1b2c3d4e5 --stage-name prod --definition openapi.yml --json >"$work/log.txt" 2>"$work/told.txt"
expect '"result": "planned"'
expect '"kind": "create-stage"'

# Whoever reads its output may have enough of it.
status=0
node "$work/package/cli/index.js" --help 2>"$work/log.txt" | { exec 0<&-; sleep 1; } || status=$?
[[ $status -eq 141 && ! -s $work/log.txt ]] || {
  echo "A closed pipe ended it with $status, and said:" >&2
  cat "$work/log.txt" >&2
  exit 1
}

# As `npx --package=github:…` does: npm takes what the archive of a commit holds, which fetches the package of the release.
git init --quiet "$work/archive"
git -C "$project" archive HEAD | tar -x -C "$work/archive"
git -C "$work/archive" add --all
git -C "$work/archive" -c user.name=check -c user.email=check@example.com commit --quiet --message archive
APIGW_STAGE_PACKAGE="$work/apigw-stage.tgz" npm_config_cache="$work/cache" \
  npx --yes --package="git+file://$work/archive" apigw-stage validate --definition openapi.yml >"$work/log.txt" 2>&1
expect "Valid: the definition, with 1 route"
echo "The package of the command line does what it says."
