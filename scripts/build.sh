#!/usr/bin/env bash
# Builds the bundle from src/ into the given folder: src → lib → folder. index.js loads the chunks, N.index.js, of main or of
# post. More flags of ncc may follow.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ $# -ge 1 && $1 != -* ]] || {
  echo "Usage: bash scripts/build.sh FOLDER [flags of ncc]" >&2
  exit 2
}
target=$1
shift

# ncc names modules by their place below the working directory, so lib/ must always be this one.
rm -rf lib
npx --no-install tsc -p tsconfig.json
node scripts/copy-packages.js lib/node_modules
# ncc makes of lib/ what it says to be, and of one that says nothing CommonJS, which Node starts sooner than an ES module.
echo '{}' >lib/package.json

rm -rf "$target"
npx --no-install ncc build lib/index.js -o "$target" --license "[name].licenses.txt" --quiet "$@"
node scripts/finish-bundle.js "$target"
echo '{ "type": "commonjs" }' >"$target/package.json"
# Node starts one or the other, and the bundle tells by the name which of its chunks to load. Mostly main has closed the
# GitHub deployment that it opened, and left nothing: then post loads nothing.
echo 'if (process.env["STATE_open-record"]) require("./index.js");' >"$target/post.js"
