#!/usr/bin/env bash
# Fails when dist/ is not, byte by byte, what src/ builds to. Writes nothing that git knows.
set -euo pipefail
cd "$(dirname "$0")/.."

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
bash scripts/build.sh "$fresh/dist"
if ! diff -rq dist "$fresh/dist"; then
  echo "dist/ is not what src/ builds to. Run \`npm run bundle\` and commit dist/." >&2
  exit 1
fi
echo "dist/ is what src/ builds to."
