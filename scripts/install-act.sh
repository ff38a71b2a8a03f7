#!/usr/bin/env bash
# Builds act (nektos/act, a Go module) below build/, in the version that run-examples-with-act.sh is known to work with.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/needs.sh
needs go "Install it from https://go.dev."

act=0.2.89
folder="$PWD/build/act"

GOBIN="$folder" go install "github.com/nektos/act@v$act"
"$folder/act" --version
