#!/usr/bin/env bash
# Plays a deployment with the AWS CLI against the simulator: what other clients can do, it must allow them.
set -euo pipefail
cd "$(dirname "$0")/.."

source scripts/needs.sh
needs aws "Run bash scripts/install-aws-cli.sh first."
needs curl "Install it with the packages of your system."
source scripts/start-simulator.sh
# The CLI's own settings: no pager, no machine's metadata service, no profile of the person who runs this.
export AWS_PAGER="" AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE="$work/none" AWS_SHARED_CREDENTIALS_FILE="$work/none"
unset AWS_PROFILE AWS_SESSION_TOKEN

# Older versions of the CLI do not read AWS_ENDPOINT_URL.
call() {
  echo "aws $1 $2" >&2
  aws --endpoint-url "$AWS_ENDPOINT_URL" --region "$AWS_REGION" --output text "$@"
}
apigateway() { call apigateway "$@"; }
apigatewayv2() { call apigatewayv2 "$@"; }

expect() {
  [ "$2" = "$3" ] || {
    echo "Expected $1 to be '$2', but it is '$3'." >&2
    exit 1
  }
}

cat >"$work/definition.json" <<'JSON'
{
  "openapi": "3.0.1",
  "info": { "title": "Checked by the AWS CLI", "version": "1" },
  "paths": {
    "/health": {
      "get": {
        "responses": { "200": { "description": "ok" } },
        "x-amazon-apigateway-integration": {
          "type": "mock",
          "requestTemplates": { "application/json": "{\"statusCode\": 200}" },
          "responses": { "default": { "statusCode": "200" } }
        }
      }
    }
  }
}
JSON

api=$(apigateway create-rest-api --name checked --query id)
name=$(apigateway put-rest-api --rest-api-id "$api" --mode overwrite --body "fileb://$work/definition.json" --query name)
expect "the imported API's name" "Checked by the AWS CLI" "$name"

first=$(apigateway create-deployment --rest-api-id "$api" --description first --query id)
second=$(apigateway create-deployment --rest-api-id "$api" --description second --query id)
apigateway create-stage --rest-api-id "$api" --stage-name checked --deployment-id "$first" >/dev/null
stages=$(apigateway get-stages --rest-api-id "$api" --query 'item[].stageName')
expect "the list of stages" "checked" "$stages"

apigateway update-stage --rest-api-id "$api" --stage-name checked \
  --patch-operations "op=replace,path=/deploymentId,value=$second" >/dev/null
served=$(apigateway get-stage --rest-api-id "$api" --stage-name checked --query deploymentId)
expect "the deployment that the stage serves" "$second" "$served"

arn="arn:aws:apigateway:$AWS_REGION::/restapis/$api/stages/checked"
apigateway tag-resource --resource-arn "$arn" --tags team=orders
tag=$(apigateway get-stage --rest-api-id "$api" --stage-name checked --query tags.team)
expect "the stage's tag" "orders" "$tag"

cat >"$work/http.json" <<'JSON'
{
  "openapi": "3.0.1",
  "info": { "title": "Checked over HTTP", "version": "1" },
  "paths": {
    "/health": {
      "get": {
        "x-amazon-apigateway-integration": {
          "type": "http_proxy",
          "httpMethod": "GET",
          "uri": "http://backend.localhost/health",
          "payloadFormatVersion": "1.0"
        }
      }
    }
  }
}
JSON

api=$(apigatewayv2 import-api --body "file://$work/http.json" --query ApiId)
name=$(apigatewayv2 reimport-api --api-id "$api" --fail-on-warnings --body "file://$work/http.json" --query Name)
expect "the imported HTTP API's name" "Checked over HTTP" "$name"
deployment=$(apigatewayv2 create-deployment --api-id "$api" --query DeploymentId)
while [ "$(apigatewayv2 get-deployment --api-id "$api" --deployment-id "$deployment" --query DeploymentStatus)" = PENDING ]; do
  sleep 0.5
done
apigatewayv2 create-stage --api-id "$api" --stage-name checked --deployment-id "$deployment" \
  --tags team=orders --stage-variables color=red >/dev/null
apigatewayv2 update-stage --api-id "$api" --stage-name checked --stage-variables color= >/dev/null
variables=$(apigatewayv2 get-stages --api-id "$api" --query 'Items[0].[StageVariables.color,Tags.team]')
expect "the stage's variable and tag" "None	orders" "$variables"
apigatewayv2 export-api --api-id "$api" --specification OAS30 --output-type JSON --stage-name checked \
  "$work/export.json" >/dev/null
grep -q '"Default response for GET /health"' "$work/export.json"
expect "the status of the HTTP API" 200 "$(curl -s -o "$work/body" -w '%{http_code}' "$AWS_ENDPOINT_URL/$api/checked/health")"
echo "The AWS CLI and the simulator understand each other."
