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
# What few runs need is a chunk of its own, N.index.js, and ncc writes the licenses of each chunk into a file of its own.
npx --no-install ncc build lib/main.js -o "$target" --license "[name].licenses.txt" --minify --quiet "$@"
cat "$target"/main.licenses.txt $(ls "$target"/[0-9]*.licenses.txt | sort -V) >"$target/licenses.txt"
rm "$target"/*.licenses.txt
npx --no-install ncc build lib/post.js -o "$target/post" --minify --quiet "$@"
for file in "$target"/post/index.js*; do mv "$file" "$target/post.js${file#"$target/post/index.js"}"; done
rm -r "$target/post"
