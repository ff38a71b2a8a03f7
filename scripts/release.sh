#!/usr/bin/env bash
# Publishes a release from the files in FOLDER, and moves the tag of its major version:
#
#   bash scripts/release.sh [--dry-run] v1.2.3 FOLDER
#
# Says all that is wrong before it does anything. With --dry-run it checks, and prints what it would run. To run it again
# carries on: a draft is completed, a release that is out is left as it is. Needs gh, and GH_TOKEN with `contents: write`.
set -euo pipefail
cd "$(dirname "$0")/.."

dry_run=false
if [ "${1:-}" = --dry-run ]; then
  dry_run=true
  shift
fi
usage="Usage: bash scripts/release.sh [--dry-run] v1.2.3 FOLDER"
tag=${1:?$usage}
[[ $tag != -* ]] || { echo "There is no flag $tag. $usage" >&2; exit 2; }
assets=${2:?$usage}
version=${tag#v}
git() { command git -c safe.directory='*' "$@"; }

problems=()
problem() { problems+=("$1"); }

"$dry_run" || command -v gh >/dev/null || problem "gh is not installed: https://cli.github.com."

pattern='^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$'
[[ $tag =~ $pattern ]] || problem "The tag is $tag. A release has a tag such as v1.2.3 or v1.2.3-rc.1."
major="v${BASH_REMATCH[1]:-0}"
prerelease=${BASH_REMATCH[4]:-}

version_in() { node -p "const file = JSON.parse(require('node:fs').readFileSync('$1', 'utf8')); $2"; }
for place in 'package.json|file.version' 'package-lock.json|file.version' 'package-lock.json|file.packages[""].version'; do
  found=$(version_in "${place%%|*}" "${place#*|}")
  [ "$found" = "$version" ] || problem "${place%%|*} has version $found, the tag says $version."
done
grep -qF "version = \"$version\"" src/version.ts || problem "src/version.ts does not say version $version."

# The section of this version, without its heading and the blank lines around it.
notes=$(awk -v heading="## $version" '
  /^## / { inside = ($0 == heading || index($0, heading " ") == 1); next }
  inside { print }
' CHANGELOG.md | sed -e '/./,$!d')
[ -n "$notes" ] || problem "CHANGELOG.md has no section \"## $version\", or an empty one."
unreleased=$(awk '/^## / { inside = ($0 == "## Unreleased"); next } inside && NF { print }' CHANGELOG.md)
[ -z "$unreleased" ] || problem "CHANGELOG.md has entries under \"Unreleased\" still: move them to \"## $version\"."

commit=$(git rev-parse --verify --quiet "refs/tags/$tag^{commit}" || true)
if [ -z "$commit" ]; then
  problem "There is no tag $tag here. Fetch it, or make it: git tag -s $tag -m $tag"
elif [ "$commit" != "$(git rev-parse HEAD)" ]; then
  problem "Tag $tag is commit $commit, and $(git rev-parse HEAD) is checked out."
fi
[ -z "$(git status --porcelain)" ] || problem "There are changes that are not committed."
shopt -s nullglob
files=("$assets"/*)
[ "${#files[@]}" -gt 0 ] || problem "$assets has no files to attach. Make them: bash scripts/release-assets.sh $tag $assets"

if [ "${#problems[@]}" -gt 0 ]; then
  printf 'Nothing was released.\n' >&2
  printf -- '- %s\n' "${problems[@]}" >&2
  exit 1
fi

run() {
  if "$dry_run"; then
    printf 'would run:'
    printf ' %q' "$@"
    printf '\n'
  else
    "$@"
  fi
}
# `draft`, `published`, or `absent`.
release_state() {
  "$dry_run" && { echo absent; return; }
  case $(gh release view "$tag" --json isDraft --jq .isDraft 2>/dev/null || true) in
    true) echo draft ;;
    false) echo published ;;
    *) echo absent ;;
  esac
}

notes_file=$(mktemp)
trap 'rm -f "$notes_file"' EXIT
printf '%s\n' "$notes" >"$notes_file"
"$dry_run" && printf 'Notes of %s:\n\n%s\n\n' "$tag" "$notes"

# An immutable release takes no files once it is out, so that it stays a draft until they are there.
state=$(release_state)
if [ "$state" = absent ]; then
  run gh release create "$tag" --draft --verify-tag --title "$tag" --notes-file "$notes_file" ${prerelease:+--prerelease}
fi
if [ "$state" = published ]; then
  echo "Release $tag is out already, and is left as it is."
else
  run gh release upload "$tag" "${files[@]}" --clobber
  run gh release edit "$tag" --draft=false
fi

newest=$(git tag --list "$major.*" | grep -v -- - | sort -V | tail -n 1 || true)
if [ -n "$prerelease" ]; then
  echo "$tag is a pre-release: $major stays where it is."
elif [ "$newest" != "$tag" ]; then
  echo "$newest is newer than $tag: $major stays where it is."
elif "$dry_run" || gh api "repos/{owner}/{repo}/git/ref/tags/$major" --silent 2>/dev/null; then
  run gh api --method PATCH "repos/{owner}/{repo}/git/refs/tags/$major" -f "sha=$commit" -F force=true --silent
else
  run gh api --method POST "repos/{owner}/{repo}/git/refs" -f "ref=refs/tags/$major" -f "sha=$commit" --silent
fi
