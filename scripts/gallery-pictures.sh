#!/usr/bin/env bash
# Makes the pictures of README.md from the gallery: bash scripts/gallery-pictures.sh [FOLDER]
# Renders pages of docs/gallery with GitHub's own Markdown and takes their pictures, 900 and 390 pixels wide.
# Needs cmark-gfm, chromium, pngquant and an emoji font (Debian: cmark-gfm chromium pngquant fonts-noto-color-emoji
# fonts-liberation), which nothing else here does.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ $# -le 1 && ${1:-} != -* ]] || {
  echo "Usage: bash scripts/gallery-pictures.sh [FOLDER]" >&2
  exit 2
}
source scripts/needs.sh
for tool in cmark-gfm chromium pngquant; do needs "$tool" "Install it with the packages of your system."; done
folder=${1:-docs/gallery/pictures}
pages=${PAGES:-"updated planned failed-after-pointing"}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"

# What stands between the page's first rule and its last, without the rules.
comments() { awk '/^---$/ { inside = !inside; if (inside && n++) print "<hr>"; next } inside' "$1"; }

page() {
  cat <<'HTML'
<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 16px; background: #fff; color: #1f2328; font: 14px/1.5 "Liberation Sans", Arial, "Noto Color Emoji", sans-serif; overflow-wrap: break-word }
.comment { border: 1px solid #d1d9e0; border-radius: 6px; overflow: hidden }
.comment > header { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; padding: 8px 16px; color: #59636e }
.comment > header b { color: #1f2328 }
.comment > div { padding: 16px }
.comment > div > :first-child { margin-top: 0 } .comment > div > :last-child { margin-bottom: 0 }
.comment + .comment { margin-top: 16px }
h3 { font-size: 1.25em; line-height: 1.25; margin: 24px 0 16px }
p, ul, ol, table, pre, details { margin: 0 0 16px } ul, ol { padding-left: 2em } li + li { margin-top: .25em }
a { color: #0969da } summary { cursor: pointer }
table { border-spacing: 0; border-collapse: collapse; display: block; width: max-content; max-width: 100%; overflow: auto }
th, td { padding: 6px 13px; border: 1px solid #d1d9e0 } th { font-weight: 600 } tr:nth-child(2n) { background: #f6f8fa }
code, pre { font: 12px/1.45 "Liberation Mono", monospace } code { background: #818b981f; padding: .2em .4em; border-radius: 6px }
pre { background: #f6f8fa; padding: 16px; border-radius: 6px; overflow: auto } pre code { background: none; padding: 0 }
hr { display: none }
</style>
<script>addEventListener("DOMContentLoaded", () => { document.documentElement.dataset.height = document.body.scrollHeight; });</script>
HTML
  comments "$1" | csplit -sz -f "$work/part" - '/^<hr>$/' '{*}'
  for part in "$work"/part*; do
    printf '<article class="comment"><header><b>github-actions</b> bot</header><div>'
    cmark-gfm --unsafe -e table -e autolink -e strikethrough -e tagfilter "$part"
    printf '</div></article>\n'
  done
  rm -f "$work"/part*
}

browser() { chromium --headless --no-sandbox --disable-gpu --hide-scrollbars "$@" 2>/dev/null; }

for name in $pages; do
  for width in 900 390; do
    { page "docs/gallery/$name.md"; printf '<style>body { width: %spx }</style>' "$((width - 32))"; } >"$work/page.html"
    height=$(browser --dump-dom "file://$work/page.html" | sed -n 's/.*data-height="\([0-9]*\)".*/\1/p' | head -1)
    browser --window-size="$width,$height" --screenshot="$folder/$name-$width.png" "file://$work/page.html"
    pngquant --force --skip-if-larger --ext .png 64 "$folder/$name-$width.png" || true
    printf '%s-%s.png: %s bytes\n' "$name" "$width" "$(wc -c <"$folder/$name-$width.png")"
  done
done
