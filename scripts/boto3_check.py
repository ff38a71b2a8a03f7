"""Plays a deployment of a REST API and of an HTTP API against AWS_ENDPOINT_URL, and looks at every answer."""

import json
import os
import time
import urllib.request

import boto3
from botocore.exceptions import ClientError

endpoint = os.environ["AWS_ENDPOINT_URL"]
region = os.environ["AWS_REGION"]


def client(service):
    return boto3.client(service, endpoint_url=endpoint, region_name=region)


def expect(what, expected, found):
    if expected != found:
        raise SystemExit(f"Expected {what} to be {expected!r}, but it is {found!r}.")


def refused(what, code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        expect(what, code, error.response["Error"]["Code"])
    else:
        raise SystemExit(f"Expected {what} to be refused with {code}, but it was not.")


def definition(title, integration):
    operation = {"responses": {"200": {"description": "ok"}}, "x-amazon-apigateway-integration": integration}
    document = {"openapi": "3.0.1", "info": {"title": title, "version": "1"}, "paths": {"/health": {"get": operation}}}
    return json.dumps(document)


def status_of(api, stage):
    with urllib.request.urlopen(f"{endpoint}/{api}/{stage}/health") as answer:
        return answer.status


def play_rest_api():
    gateway = client("apigateway")
    api = gateway.create_rest_api(name="checked")["id"]
    mock = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200"}},
    }
    body = definition("Checked by boto3", mock).encode()
    imported = gateway.put_rest_api(restApiId=api, mode="overwrite", failOnWarnings=True, body=body)
    expect("the imported API's name", "Checked by boto3", imported["name"])
    deployment = gateway.create_deployment(restApiId=api, description="first")["id"]
    summary = gateway.get_deployment(restApiId=api, deploymentId=deployment, embed=["apisummary"])["apiSummary"]
    expect("the deployment's routes", {"/health": ["GET"]}, {path: list(methods) for path, methods in summary.items()})
    gateway.create_stage(restApiId=api, stageName="checked", deploymentId=deployment, tags={"team": "orders"})
    stage = gateway.get_stage(restApiId=api, stageName="checked")
    expect("the stage", (deployment, "orders"), (stage["deploymentId"], stage["tags"]["team"]))
    exported = gateway.get_export(restApiId=api, stageName="checked", exportType="oas30", accepts="application/json")
    expect("the exported paths", ["/health"], list(json.loads(exported["body"].read())["paths"]))
    refused(
        "the deletion of a deployment in use",
        "BadRequestException",
        gateway.delete_deployment,
        restApiId=api,
        deploymentId=deployment,
    )
    gateway.delete_stage(restApiId=api, stageName="checked")
    gateway.delete_deployment(restApiId=api, deploymentId=deployment)
    gateway.delete_rest_api(restApiId=api)
    refused("a read of what was deleted", "NotFoundException", gateway.get_rest_api, restApiId=api)


def play_http_api():
    gateway = client("apigatewayv2")
    proxy = {
        "type": "http_proxy",
        "httpMethod": "GET",
        "uri": "http://backend.localhost/health",
        "payloadFormatVersion": "1.0",
    }
    empty = gateway.create_api(Name="checked", ProtocolType="HTTP")["ApiId"]
    gateway.delete_api(ApiId=empty)
    refused("a read of what was deleted", "NotFoundException", gateway.get_api, ApiId=empty)
    api = gateway.import_api(Body=definition("Checked over HTTP", proxy))["ApiId"]
    again = gateway.reimport_api(ApiId=api, FailOnWarnings=True, Body=definition("Checked twice", proxy))
    expect("the imported API's name", "Checked twice", again["Name"])
    deployment = gateway.create_deployment(ApiId=api, Description="first")["DeploymentId"]
    while (now := gateway.get_deployment(ApiId=api, DeploymentId=deployment))["DeploymentStatus"] == "PENDING":
        time.sleep(0.5)
    expect("the deployment's status", "DEPLOYED", now["DeploymentStatus"])
    gateway.create_stage(
        ApiId=api, StageName="checked", DeploymentId=deployment, StageVariables={"color": "red"}, Tags={"team": "orders"}
    )
    gateway.update_stage(ApiId=api, StageName="checked", StageVariables={"color": ""})
    stage = gateway.get_stage(ApiId=api, StageName="checked")
    expect("the stage", (deployment, {}, "orders"), (stage["DeploymentId"], stage["StageVariables"], stage["Tags"]["team"]))
    exported = gateway.export_api(ApiId=api, Specification="OAS30", OutputType="JSON", StageName="checked")
    expect("the exported paths", ["/health"], list(json.loads(exported["body"].read())["paths"]))
    expect("the status of the HTTP API", 200, status_of(api, "checked"))
    gateway.delete_stage(ApiId=api, StageName="checked")
    gateway.delete_deployment(ApiId=api, DeploymentId=deployment)
    expect("the deployments that are left", [], gateway.get_deployments(ApiId=api)["Items"])
    gateway.delete_api(ApiId=api)


play_rest_api()
play_http_api()
print("boto3 and the simulator understand each other.")
