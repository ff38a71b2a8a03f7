#!/usr/bin/env bash
# Runs the tests that spawn the committed bundle with the bundle on Node 24; jest itself stays on the current Node.
set -euo pipefail
cd "$(dirname "$0")/.."

case "$(uname -m)" in
  aarch64 | arm64) architecture=arm64 ;;
  *) architecture=x64 ;;
esac
package="node-linux-$architecture"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --no-save --no-audit --no-fund --loglevel=error "$package@24"
export BUNDLE_NODE="$folder/node_modules/$package/bin/node"
echo "The bundle runs on Node $("$BUNDLE_NODE" --version)."
npm run test:bundle
