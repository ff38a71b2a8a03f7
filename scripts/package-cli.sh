#!/usr/bin/env bash
# Makes FOLDER/apigw-stage.tgz, the command line for one's own machine as a package for npx: a bundle that needs nothing
# else, beside the action, which `simulate` runs.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ $# -eq 1 && $1 != -* ]] || {
  echo "Usage: bash scripts/package-cli.sh FOLDER" >&2
  exit 2
}
target=$1
node scripts/prerequisites.js

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
package="$work/package"

rm -rf build/cli
npx --no-install tsc -p tsconfig.cli.json
npx --no-install ncc build build/cli/cli/main.js -o "$package/cli" --license "[name].licenses.txt" --minify --quiet
cat "$package"/cli/*.licenses.txt >"$work/licenses.txt"
rm "$package"/cli/*.licenses.txt
mv "$work/licenses.txt" "$package/cli/licenses.txt"
cp -r action.yml node24 dist LICENSE "$package/"
node -e '
  const { version, license, engines } = JSON.parse(require("node:fs").readFileSync("package.json", "utf8"));
  const bin = { "apigw-stage": "cli/index.js" };
  console.log(JSON.stringify({ name: "apigw-stage", version, license, engines, bin }, undefined, 2));
' >"$package/package.json"

mkdir -p "$target"
npm pack --silent --pack-destination "$work" "$package" >/dev/null
mv "$work"/apigw-stage-*.tgz "$target/apigw-stage.tgz"
