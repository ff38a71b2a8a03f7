#!/usr/bin/env bash
# Runs the workflows of examples/ with act (nektos/act) against the simulator: on a runner that is not ours. What act
# cannot fetch here, and what needs GitHub itself, is left out by name: the checkout, the role of the job, `queue:`, which
# act does not know, and the job behind the gate, which act does not have. install-act.sh comes before it.
set -euo pipefail
cd "$(dirname "$0")/.."

act="$PWD/build/act/act"
source scripts/needs.sh
needs "$act" "Run bash scripts/install-act.sh first."

source scripts/start-simulator.sh

# What a download of the action holds.
mkdir "$work/action"
cp -r action.yml node24 dist "$work/action"

stand_in() {
  mkdir -p "$work/$1"
  printf 'name: A step that has nothing to do here\nruns: { using: composite, steps: [{ run: "true", shell: bash }] }\n' \
    >"$work/$1/action.yml"
}
stand_in checkout
stand_in credentials

# A clone of the repository that the simulator has, with the examples as its workflows.
repository="$work/orders"
mkdir -p "$repository/.github/workflows"
stages="$AWS_ENDPOINT_URL/{rest-api-id}/{stage}"
for example in examples/*.yml; do
  sed -e 's/, queue: max//' \
    -e "s|^\( *\)rest-api-id: .*|&\n\1invoke-url: $stages|" \
    "$example" >"$repository/.github/workflows/${example##*/}"
done
cat >"$repository/openapi.yml" <<'YAML'
openapi: 3.0.1
info: { title: Orders, version: "1" }
paths:
  /health: { get: { responses: { "200": { description: ok } }, x-amazon-apigateway-integration: INTEGRATION } }
  /orders: { get: { responses: { "200": { description: ok } }, x-amazon-apigateway-integration: INTEGRATION } }
YAML
integration='{ type: mock, requestTemplates: { application/json: "{\\"statusCode\\": 200}" }, responses: { default: { statusCode: "200", responseTemplates: { application/json: "{\\"health\\": \\"ok\\"}" } } } }'
sed -i "s|INTEGRATION|$integration|" "$repository/openapi.yml"
cd "$repository"
git init -q -b main
git remote add origin https://github.com/acme/orders
git add -A
git -c user.name=alice -c user.email=alice@example.com commit -qm "Orders"

github() {
  curl -fsS -H "authorization: Bearer $GITHUB_TOKEN" "$@"
}
pull="$GITHUB_API_URL/repos/acme/orders/pulls/1"

# Writes the payload of an event: a program that makes it of the repository and the pull request.
event() {
  {
    github "$GITHUB_API_URL/repos/acme/orders"
    echo
    github "$pull"
  } | node -e '
    const [repository, pull_request] = require("fs").readFileSync(0, "utf8").split("\n").map((text) => JSON.parse(text));
    console.log(JSON.stringify({ repository, ...eval(`(${process.argv[1]})`) }));
  ' "$1" >"$work/event.json"
}

# Each run has a number of its own: to act itself every run is run 1, and the next one would be its repetition.
runs=0
play() {
  local workflow=$1 name=$2
  shift 2
  runs=$((runs + 1))
  echo "act $name $workflow"
  "$act" "$name" -W ".github/workflows/$workflow" -e "$work/event.json" "$@" \
    -P ubuntu-latest=-self-hosted --action-offline-mode --env-file "$work/none" --secret-file "$work/none" \
    --var-file "$work/none" --input-file "$work/none" \
    --local-repository "OWNER/apigw-stage-action@v1=$work/action" \
    --local-repository "actions/checkout@v6=$work/checkout" \
    --local-repository "aws-actions/configure-aws-credentials@v6=$work/credentials" \
    --var REST_API_ID="$api" --var AWS_ROLE_ARN=none --var AWS_READER_ROLE_ARN=none \
    -s GITHUB_TOKEN="$GITHUB_TOKEN" --env GITHUB_API_URL="$GITHUB_API_URL" --env GITHUB_RUN_ID="$runs" \
    >"$work/log.txt" 2>&1 </dev/null
}

wrong() {
  echo "$1" >&2
  cat "$work/log.txt" >&2
  exit 1
}

# run WORKFLOW EVENT [flags]: host mode, without a network for actions; fails when a job fails, or could not do what it
# only warns of.
run() {
  play "$@" || wrong "The run of $1 failed."
  ! grep -q '::warning.*Could not' "$work/log.txt" || wrong "The run of $1 could not do all of it."
}

# serves PATH STATUS: what everybody who calls it gets.
serves() {
  local status
  status=$(curl -sS -o /dev/null -w '%{http_code}' "$AWS_ENDPOINT_URL/$api/$1")
  [ "$status" = "$2" ] || wrong "/$1 should answer $2, but it answers $status."
}

api=a1b2c3d4e5
event '{ action: "opened", number: 1, pull_request }'
run preview.yml pull_request
serves pr-1/orders 200
github "$GITHUB_API_URL/repos/acme/orders/issues/1/comments" >"$work/comments.json"
grep -q 'preview `pr-1` is live' "$work/comments.json" || wrong "There is no comment."

# The simulator's pull request is open still, so that the preview must outlive an event that comes late.
event '{ action: "closed", number: 1, pull_request: { ...pull_request, state: "closed" } }'
run preview.yml pull_request
serves pr-1/orders 200

# act takes the commit from these members; the simulator does not know the clone's own.
pushed='deleted: false, after: pull_request.base.sha'

# All jobs before the one that waits for people.
event "{ ref: 'refs/heads/main', $pushed }"
run deploy.yml push -j plan
serves dev/orders 200
serves test/orders 200

# A second version with one route more. Here nobody can approve what goes to production, so it is refused.
echo "  /pets: $(grep -o '{ get: .*' openapi.yml | head -n 1)" >>openapi.yml
! play deploy.yml push || wrong "Production was reached without a gate."
grep -q 'GATE_NOT_PROVEN' "$work/log.txt" || wrong "Production was not refused because of its gate."
serves prod/orders 403
serves test/pets 200

# And back again.
event "{ inputs: { stage: 'test', 'deployment-id': '', 'dry-run': 'false' }, $pushed }"
run rollback.yml workflow_dispatch
serves test/pets 403
serves test/orders 200

event "{ $pushed }"
run sweep.yml workflow_dispatch
echo "The examples run under act."
