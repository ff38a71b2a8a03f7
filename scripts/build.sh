#!/usr/bin/env bash
# Builds the bundles from src/ into the given folder: src → lib → folder. Main and post are one each, so that post starts
# without what only main needs. More flags of ncc may follow.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:?give the folder to build into}
shift

# ncc names modules by their place below the working directory, so lib/ must always be this one.
npx --no-install tsc -p tsconfig.json
rm -rf "$target"
npx --no-install ncc build lib/main.js -o "$target" --license licenses.txt --minify --quiet "$@"
npx --no-install ncc build lib/post.js -o "$target/post" --minify --quiet "$@"
for file in "$target"/post/index.js*; do mv "$file" "$target/post.js${file#"$target/post/index.js"}"; done
rm -r "$target/post"
