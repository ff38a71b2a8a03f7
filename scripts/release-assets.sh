#!/usr/bin/env bash
# Makes what a release carries beside its tag: the action as one archive, the source maps of dist/, the package
# of the command line, and their checksums.
# `bash scripts/release-assets.sh v1.2.3 FOLDER`. Fails when dist/ is not what src/ builds to.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ $# -eq 2 && $1 == v[0-9]* ]] || {
  echo "Usage: bash scripts/release-assets.sh v1.2.3 FOLDER" >&2
  exit 2
}
tag=$1 target=$2
node scripts/prerequisites.js

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
name="apigw-stage-action-$tag"

# A map belongs to a build when the build is the same, byte by byte, and no file less or more.
bash scripts/build.sh "$work/dist" --source-map --no-source-map-register
mkdir "$work/source-maps"
mv "$work/dist"/*.map "$work/source-maps/"
if ! diff -rq dist "$work/dist"; then
  echo "dist/ is not what src/ builds to. Run \`npm run bundle\` and commit dist/." >&2
  exit 1
fi

mkdir -p "$target"
# What .gitattributes keeps out of what every run downloads belongs to a release all the same.
released=(action.yml node24 dist LICENSE README.md CHANGELOG.md)
git -c safe.directory='*' diff --quiet HEAD -- "${released[@]}" || {
  echo "What is released is not what is committed: commit or take back the changes in ${released[*]}." >&2
  exit 1
}
git -c safe.directory='*' ls-files -z --error-unmatch -- "${released[@]}" |
  tar --null --files-from=- --transform "s,^,$name/," --mode=u=rw,go=r --owner=0 --group=0 --numeric-owner --mtime=@0 \
    -czf "$target/$name.tar.gz"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$work" -czf "$target/$name-source-maps.tar.gz" source-maps
bash scripts/package-cli.sh "$target"
(cd "$target" && sha256sum "$name.tar.gz" "$name-source-maps.tar.gz" apigw-stage.tgz >SHA256SUMS)
ls -l "$target"
