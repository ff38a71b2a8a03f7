#!/usr/bin/env bash
# Builds dist/ on Node 24, and runs the bundle's tests with the bundle on it; jest itself stays on the current Node.
set -euo pipefail
cd "$(dirname "$0")/.."

case "$(uname -m)" in
  aarch64 | arm64) architecture=arm64 ;;
  *) architecture=x64 ;;
esac
package="node-linux-$architecture"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --ignore-scripts --prefix "$folder" --no-save --no-audit --no-fund --loglevel=error "$package@24"
export BUNDLE_NODE="$folder/node_modules/$package/bin/node"
echo "The bundle is built and runs on Node $("$BUNDLE_NODE" --version)."
PATH="$(dirname "$BUNDLE_NODE"):$PATH" bash scripts/check-dist.sh
npm run test:bundle
