#!/usr/bin/env bash
# Publishes a release of a commit of `main` from the files in FOLDER, and moves the tag of its major version:
#
#   bash scripts/release.sh [--dry-run] v1.2.3 FOLDER
#
# Says all that is wrong before it does anything. With --dry-run, wherever it stands, it checks, and prints what it would
# run. To run it again carries on: a draft is completed, a release that is out is left as it is. Needs main as the remote
# `origin` has it (without it nobody looks whether main has the tag), and all tags; gh, and GH_TOKEN with `contents: write`.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  printf '%s\nUsage: bash scripts/release.sh [--dry-run] v1.2.3 FOLDER\n' "$1" >&2
  exit 2
}
dry_run=false
words=()
for word in "$@"; do
  case $word in
    --dry-run) dry_run=true ;;
    -*) usage "There is no flag $word." ;;
    *) words+=("$word") ;;
  esac
done
[ "${#words[@]}" -eq 2 ] || usage "What is needed is a tag and a folder, what was given is: ${words[*]:-nothing}."
tag=${words[0]} assets=${words[1]}
version=${tag#v}
git() { command git -c safe.directory='*' "$@"; }

problems=()
problem() { problems+=("$1"); }

"$dry_run" || command -v gh >/dev/null || problem "gh is not installed: https://cli.github.com."

pattern='^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$'
[[ $tag =~ $pattern ]] || problem "The tag is $tag. A release has a tag such as v1.2.3 or v1.2.3-rc.1."
major="v${BASH_REMATCH[1]:-0}"
prerelease=${BASH_REMATCH[4]:-}

versions=$(node -e '
  const read = (file) => JSON.parse(require("node:fs").readFileSync(file, "utf8"));
  const lock = read("package-lock.json");
  console.log("package.json", read("package.json").version);
  console.log("package-lock.json", lock.version);
  console.log("package-lock.json", lock.packages[""].version);
')
while read -r file found; do
  [ "$found" = "$version" ] || problem "$file has version $found, the tag says $version."
done <<<"$versions"
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
main=refs/remotes/origin/main
if ! git rev-parse --verify --quiet "$main" >/dev/null; then
  echo "Note: there is no origin/main here, so nobody has looked whether it has $tag." >&2
  main=HEAD
elif [ -n "$commit" ] && ! git merge-base --is-ancestor "$commit" "$main"; then
  problem "Tag $tag is commit $commit, which is not in the history of origin/main. Take the tag back, merge the commit, and \
tag what main has then. If main has it already, fetch: git fetch origin, in a shallow clone with --unshallow."
fi
[ -z "$(git status --porcelain)" ] || problem "There are changes that are not committed."
! grep -qE '^[^#]*@OWNER([[:space:]]|$)' .github/CODEOWNERS 2>/dev/null ||
  echo "Note: .github/CODEOWNERS names @OWNER, so that nobody is asked for a review; see CONTRIBUTING.md." >&2
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

# The newest version of main whose tag is like that, released or not. A pre-release is none.
newest() { git tag --list "$1" --merged "$main" | grep -E '^v[0-9]+\.[0-9]+\.[0-9]+$' | sort -V | tail -n 1 || true; }

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
  # What is published without a word becomes the latest release, whatever its version is.
  older=
  [ "$(newest 'v*')" = "$tag" ] || older=--latest=false
  run gh release edit "$tag" --draft=false ${older:+"$older"}
fi

newest_of_major=$(newest "$major.*")
if [ -n "$prerelease" ]; then
  echo "$tag is a pre-release: $major stays where it is."
elif [ "$newest_of_major" != "$tag" ]; then
  echo "$newest_of_major is newer than $tag: $major stays where it is."
elif "$dry_run" || gh api "repos/{owner}/{repo}/git/ref/tags/$major" --silent 2>/dev/null; then
  run gh api --method PATCH "repos/{owner}/{repo}/git/refs/tags/$major" -f "sha=$commit" -F force=true --silent
else
  run gh api --method POST "repos/{owner}/{repo}/git/refs" -f "ref=refs/tags/$major" -f "sha=$commit" --silent
fi
