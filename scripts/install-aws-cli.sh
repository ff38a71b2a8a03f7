#!/usr/bin/env bash
# Installs the AWS CLI from Debian's (or Ubuntu's) packages where there is none.
set -euo pipefail
source "$(dirname "$0")/needs.sh"

if command -v aws >/dev/null; then
  echo "Found $(aws --version)."
  exit 0
fi
needs apt-get "Install the AWS CLI from https://aws.amazon.com/cli."
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends awscli >/dev/null
aws --version
