#!/usr/bin/env bash
# Builds the bundle from src/ into the given folder: src → lib → folder.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:?give the folder to build into}

# ncc names modules by their place below the working directory, so lib/ must always be this one.
npx --no-install tsc -p tsconfig.json
rm -rf "$target"
npx --no-install ncc build lib/main.js -o "$target" --license licenses.txt --minify --quiet
