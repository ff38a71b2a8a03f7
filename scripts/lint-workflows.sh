#!/usr/bin/env bash
# Reads this project's workflows, the examples and the workflows in the documentation with zizmor and actionlint. They
# take a file for a workflow by its place, so that copies are put where workflows are.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/build/workflow-linters/bin:$PATH"
source scripts/needs.sh
for linter in zizmor actionlint; do needs "$linter" "Run bash scripts/install-workflow-linters.sh first."; done

copies=$(mktemp -d)
trap 'rm -rf "$copies"' EXIT
workflows="$copies/.github/workflows"
mkdir -p "$workflows"
cp .github/zizmor.yml "$copies/.github/"
cp examples/*.yml "$workflows/"
for page in *.md docs/*.md; do
  # A code block is a workflow if it has jobs. It keeps its line numbers, so that a finding names the page's line.
  awk -v name="$workflows/$(basename "$page" .md)" '
    /^```yaml$/ { block = ""; jobs = 0; for (line = 1; line <= NR; line++) block = block "\n"; inside = 1; next }
    /^```$/ && inside { if (jobs) printf "%s", block > (name "-" ++count ".yml"); inside = 0; next }
    inside { block = block $0 "\n"; if (/^jobs:/) jobs = 1 }
  ' "$page"
done

zizmor --offline --no-progress .github/workflows action.yml node24/action.yml "$copies"
# `queue` is newer than actionlint's list of keys.
actionlint -ignore 'unexpected key "queue" for "concurrency" section' .github/workflows/*.yml "$workflows"/*.yml
echo "No finding in the workflows, the examples and the documentation."
