#!/usr/bin/env bash
# Reads setup/role.yml as CloudFormation would, by the schemas of its resources, and setup/role.tf as Terraform would: it
# must parse, in the canonical format. What the templates allow and whom they trust is for the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/build/template-linters/bin:$PATH"
source scripts/needs.sh
for linter in cfn-lint hclfmt; do needs "$linter" "Run bash scripts/install-template-linters.sh first."; done

cfn-lint setup/role.yml
# It prints what it would write instead.
hclfmt -check setup/role.tf >/dev/null
echo "No finding in setup/."
