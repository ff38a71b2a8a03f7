#!/usr/bin/env bash
# Installs cfn-lint (PyPI) and hclfmt (a Go module) below build/, in the versions that lint-templates.sh is clean with.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/needs.sh
needs python3 "Install it with the packages of your system."
needs go "Install it from https://go.dev."

cfn_lint=1.51.0
hcl=2.25.0
folder="$PWD/build/template-linters"

python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check "cfn-lint==$cfn_lint"
GOBIN="$folder/bin" go install "github.com/hashicorp/hcl/v2/cmd/hclfmt@v$hcl"
"$folder/bin/cfn-lint" --version
