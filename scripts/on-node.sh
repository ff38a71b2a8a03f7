#!/usr/bin/env bash
# Runs a command on another major version of Node: `bash scripts/on-node.sh 20 npm run test:bundle`.
set -euo pipefail
cd "$(dirname "$0")/.."
usage="Usage: bash scripts/on-node.sh 24 COMMAND"
version=${1:?$usage}
shift
: "${1:?$usage}"

case "$(uname -m)" in
  aarch64 | arm64) architecture=arm64 ;;
  *) architecture=x64 ;;
esac
package="node-linux-$architecture"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --ignore-scripts --prefix "$folder" --no-save --no-audit --no-fund --loglevel=error "$package@$version"
export PATH="$folder/node_modules/$package/bin:$PATH"
echo "On Node $(node --version):"
"$@"
