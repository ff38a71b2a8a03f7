#!/usr/bin/env bash
# Plays a deployment of a REST API and of an HTTP API with boto3 against the simulator.
set -euo pipefail
cd "$(dirname "$0")/.."

source scripts/needs.sh
needs build/boto3/bin/python "Run bash scripts/install-boto3.sh first."
source scripts/start-simulator.sh
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE="$work/none" AWS_SHARED_CREDENTIALS_FILE="$work/none"
unset AWS_PROFILE AWS_SESSION_TOKEN
build/boto3/bin/python scripts/boto3_check.py
