#!/usr/bin/env bash
# Installs boto3 (PyPI) below build/, in the version that boto3-check.sh is played with.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/needs.sh
needs python3 "Install it with the packages of your system."

boto3=1.43.11
folder="$PWD/build/boto3"

python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check "boto3==$boto3"
"$folder/bin/python" -c 'import boto3; print("boto3", boto3.__version__)'
