# To be sourced: `needs PROGRAM "What to do."` ends a script, with a sentence, where the program is not installed.
needs() {
  command -v "$1" >/dev/null || {
    echo "$0 needs $1, which is not installed. $2" >&2
    exit 2
  }
}
