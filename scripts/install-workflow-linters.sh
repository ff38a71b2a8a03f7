#!/usr/bin/env bash
# Installs zizmor (PyPI) and actionlint (a Go module) below build/, in the versions that lint-workflows.sh is clean with.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/needs.sh
needs python3 "Install it with the packages of your system."
needs go "Install it from https://go.dev."

zizmor=1.32.0
actionlint=1.7.12
folder="$PWD/build/workflow-linters"

python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check "zizmor==$zizmor"
GOBIN="$folder/bin" go install "github.com/rhysd/actionlint/cmd/actionlint@v$actionlint"
"$folder/bin/zizmor" --version
