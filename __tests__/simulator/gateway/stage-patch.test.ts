import { CreateDeploymentCommand, CreateStageCommand, GetStageCommand, type Op } from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { addClientCertificate } from "../../../simulator/gateway/client-certificate.ts";
import { newScene, refusal } from "./stage-scene.ts";

const logGroup = "arn:aws:logs:eu-central-1:123456789012:log-group:/pets/access";

const newStageScene = async () => {
  const scene = await newScene();
  const { client, restApiId, patchStage } = scene;
  const deploy = async () => (await client.send(new CreateDeploymentCommand({ restApiId }))).id ?? "";
  const deploymentId = await deploy();
  await client.send(
    new CreateStageCommand({ restApiId, stageName: "dev", deploymentId, variables: { color: "blue", shape: "round" } }),
  );
  scene.world.account.cloudwatchRoleArn = "arn:aws:iam::123456789012:role/logs";
  const stage = async () => {
    const { $metadata, ...members } = await client.send(new GetStageCommand({ restApiId, stageName: "dev" }));
    return members;
  };
  const patch = (op: Op, path: string, value?: string) => patchStage("dev", { op, path, value });
  return { ...scene, deploymentId, deploy, stage, patch };
};

const defaultSetting = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};

const knownPaths =
  "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, " +
  "/accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, " +
  "/{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, " +
  "/{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit" +
  "/{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, " +
  "/{resourcePath}/{httpMethod}/caching/dataEncrypted, " +
  "/{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, " +
  "/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, " +
  "/*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit " +
  "/*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, " +
  "/*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, " +
  "/variables/{variable_name}, /tracingEnabled";

describe("UpdateStage", () => {
  test("points at another deployment and leaves all else", async () => {
    const { stage, patch, deploy, clock } = await newStageScene();
    await patch("replace", "/*/*/metrics/enabled", "true");
    const before = await stage();
    const next = await deploy();
    clock.advance(1_000);
    const { $metadata, ...answer } = await patch("replace", "/deploymentId", next);
    expect(answer).toEqual({ ...before, deploymentId: next, lastUpdatedDate: new Date(clock.now()) });
    expect(await stage()).toEqual(answer);
  });

  test("replaces the plain members; an empty text unsets one", async () => {
    const { stage, patchStage, patch, api } = await newStageScene();
    api.documentationVersions.set("v1", { version: "v1", createdDate: 0 });
    await patchStage(
      "dev",
      { op: "replace", path: "/description", value: "new" },
      { op: "replace", path: "/tracingEnabled", value: "true" },
      { op: "replace", path: "/documentationVersion", value: "v1" },
    );
    expect(await stage()).toMatchObject({ description: "new", tracingEnabled: true, documentationVersion: "v1" });
    await patch("replace", "/description", "");
    await patch("replace", "/documentationVersion", "");
    expect(await stage()).not.toHaveProperty("description");
    expect(await stage()).not.toHaveProperty("documentationVersion");
  });

  test("undoes the operations before a refused one", async () => {
    const { stage, patchStage, clock } = await newStageScene();
    const before = await stage();
    clock.advance(1_000);
    await expect(
      patchStage(
        "dev",
        { op: "replace", path: "/description", value: "new" },
        { op: "replace", path: "/variables/color", value: "red" },
        { op: "replace", path: "/*/*/throttling/burstLimit", value: "lots" },
      ),
    ).rejects.toMatchObject({ name: "BadRequestException" });
    expect(await stage()).toEqual(before);
  });

  test("takes 80 operations and no more", async () => {
    const { patchStage, stage } = await newStageScene();
    const operations = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        op: "replace" as const,
        path: `/~1r${index}/GET/metrics/enabled`,
        value: "true",
      }));
    await expect(patchStage("dev", ...operations(81))).rejects.toMatchObject(
      refusal(
        400,
        "BadRequestException",
        "Update size too large. Try updating stage in multiple UpdateStage operations",
      ),
    );
    await patchStage("dev", ...operations(80));
    expect(Object.keys((await stage()).methodSettings ?? {})).toHaveLength(80);
  });

  test("does nothing without operations, and knows no other stage", async () => {
    const { patchStage, deploymentId } = await newStageScene();
    expect(await patchStage("dev")).toMatchObject({ deploymentId });
    await expect(patchStage("none")).rejects.toMatchObject(
      refusal(404, "NotFoundException", "Invalid stage identifier specified"),
    );
  });

  test("wants every value as a string", async () => {
    const { patch } = await newStageScene();
    await expect(patch("replace", "/tracingEnabled", true as unknown as string)).rejects.toMatchObject({
      name: "SerializationException",
    });
  });

  test.each([
    "/tags/tag1",
    "/webAclArn",
    "/documentation_version",
    "/stageName",
    "/nope/x",
    "/*/*/metrics",
    "/a/b/GET/metrics/enabled",
  ])("knows no path %s", async (path) => {
    const { patch } = await newStageScene();
    await expect(patch("replace", path, "x")).rejects.toMatchObject(
      refusal(400, "BadRequestException", `Invalid method setting path: ${path}. Must be one of: [${knownPaths}]`),
    );
  });

  test("attaches a client certificate that the account has, and detaches it", async () => {
    const { world, stage, patch } = await newStageScene();
    addClientCertificate(world, { id: "abc123" });
    await patch("replace", "/clientCertificateId", "abc123");
    expect((await stage()).clientCertificateId).toBe("abc123");
    await patch("replace", "/clientCertificateId", "");
    expect((await stage()).clientCertificateId).toBeUndefined();
  });

  test.each([
    ["/deploymentId", "nope12", "Deployment id does not exist"],
    ["/documentationVersion", "v9", /ocumentation version/],
    ["/clientCertificateId", "abc123", /client certificate/],
    ["/tracingEnabled", "yes", /tracingEnabled/],
    ["/cacheClusterEnabled", "1", /cacheClusterEnabled/],
    ["/cacheClusterSize", "2", /0\.5, 1\.6, 6\.1, 13\.5, 28\.4, 58\.2, 118, 237/],
    ["/variables/a-b", "x", "Invalid stage variable name: a-b.  Please use names with only word characters."],
    ["/variables/a", "a b", /^Invalid stage variable value: a b\. {2}Please use values with alphanumeric characters/],
    ["/variables", "color=red", /variables/],
    ["/*/*/throttling/burstLimit", "1.5", /burstLimit/],
    ["/*/*/throttling/burstLimit", "-2", /burstLimit/],
    ["/*/*/throttling/rateLimit", "fast", /rateLimit/],
    ["/*/*/throttling/rateLimit", "", /rateLimit/],
    ["/*/*/caching/ttlInSeconds", "3601", /ttlInSeconds/],
    ["/*/*/caching/enabled", "on", /caching\/enabled/],
    ["/*/*/caching/unauthorizedCacheControlHeaderStrategy", "FAIL", /FAIL_WITH_403/],
    ["/*/*/logging/loglevel", "DEBUG", /OFF, ERROR, INFO/],
    ["/description", undefined, /description/],
  ])("refuses %s %s", async (path, value, message) => {
    const { patch, stage } = await newStageScene();
    const before = await stage();
    await expect(patch("replace", path, value)).rejects.toMatchObject(
      refusal(400, "BadRequestException", typeof message === "string" ? message : expect.stringMatching(message)),
    );
    expect(await stage()).toEqual(before);
  });

  test.each([
    ["add", "/description", "Invalid add operation with path: /description"],
    ["test", "/deploymentId", "Invalid test operation with path: /deploymentId"],
    ["add", "/variables/new", "Invalid add operation with path: /variables/new"],
    ["add", "/*/*/metrics/enabled", "Invalid add operation with path: /*/*/metrics/enabled"],
    [
      "remove",
      "/description",
      "Cannot remove method setting description because there is no method setting for this method ",
    ],
    ["remove", "/*/*", "Cannot remove method setting */* because there is no method setting for this method "],
    [
      "remove",
      "/*/*/logging/loglevel",
      "Cannot remove method setting */*/logging/loglevel because there is no method setting for this method ",
    ],
  ] as const)("refuses %s %s", async (op, path, message) => {
    const { patch } = await newStageScene();
    await expect(patch(op, path, "x")).rejects.toMatchObject(refusal(400, "BadRequestException", message));
  });
});

describe("stage variables", () => {
  test("come, change and go one by one; without any the member is absent", async () => {
    const { patch, stage } = await newStageScene();
    await patch("replace", "/variables/size", "9");
    await patch("replace", "/variables/color", "red");
    expect((await stage()).variables).toEqual({ color: "red", shape: "round", size: "9" });
    await patch("remove", "/variables/size");
    expect((await stage()).variables).toEqual({ color: "red", shape: "round" });
    await patch("remove", "/variables/color");
    await patch("remove", "/variables/shape");
    expect(await stage()).not.toHaveProperty("variables");
    await expect(patch("remove", "/variables/shape")).rejects.toMatchObject({ name: "BadRequestException" });
  });

  test("can be replaced and removed as a whole", async () => {
    const { patch, stage } = await newStageScene();
    await patch("replace", "/variables", '{"only":"one"}');
    expect((await stage()).variables).toEqual({ only: "one" });
    await patch("remove", "/variables");
    expect(await stage()).not.toHaveProperty("variables");
  });
});

describe("method settings", () => {
  test("the first leaf makes the whole entry with its defaults", async () => {
    const { patch, stage } = await newStageScene();
    await patch("replace", "/*/*/throttling/rateLimit", "12.5");
    expect((await stage()).methodSettings).toEqual({ "*/*": { ...defaultSetting, throttlingRateLimit: 12.5 } });
  });

  test("every leaf has its member", async () => {
    const { patchStage, stage } = await newStageScene();
    const leaves = {
      "metrics/enabled": "true",
      "logging/loglevel": "INFO",
      "logging/dataTrace": "true",
      "throttling/burstLimit": "-1",
      "throttling/rateLimit": "-1",
      "caching/enabled": "true",
      "caching/ttlInSeconds": "0",
      "caching/dataEncrypted": "true",
      "caching/requireAuthorizationForCacheControl": "false",
      "caching/unauthorizedCacheControlHeaderStrategy": "FAIL_WITH_403",
    };
    await patchStage(
      "dev",
      ...Object.entries(leaves).map(([leaf, value]) => ({
        op: "replace" as const,
        path: `/~1pets~1{id}/GET/${leaf}`,
        value,
      })),
    );
    expect((await stage()).methodSettings).toEqual({
      "~1pets~1{id}/GET": {
        metricsEnabled: true,
        loggingLevel: "INFO",
        dataTraceEnabled: true,
        throttlingBurstLimit: -1,
        throttlingRateLimit: -1,
        cachingEnabled: true,
        cacheTtlInSeconds: 0,
        cacheDataEncrypted: true,
        requireAuthorizationForCacheControl: false,
        unauthorizedCacheControlHeaderStrategy: "FAIL_WITH_403",
      },
    });
  });

  test("a new entry starts as a copy of */*, and then goes its own way", async () => {
    const { patch, stage } = await newStageScene();
    await patch("replace", "/*/*/caching/enabled", "true");
    await patch("replace", "/~1pets/GET/metrics/enabled", "true");
    await patch("replace", "/*/*/caching/enabled", "false");
    expect((await stage()).methodSettings).toEqual({
      "*/*": defaultSetting,
      "~1pets/GET": { ...defaultSetting, cachingEnabled: true, metricsEnabled: true },
    });
  });

  test("an entry is reset by removing it in the call that sets it anew", async () => {
    const { patch, patchStage, stage } = await newStageScene();
    await patch("replace", "/*/*/caching/enabled", "true");
    await patchStage(
      "dev",
      { op: "remove", path: "/*/*" },
      { op: "replace", path: "/*/*/metrics/enabled", value: "true" },
    );
    expect((await stage()).methodSettings).toEqual({ "*/*": { ...defaultSetting, metricsEnabled: true } });
    await patch("remove", "/*/*");
    expect((await stage()).methodSettings).toEqual({});
  });

  test("a key that addresses no method is stored without a word", async () => {
    const { patch, stage } = await newStageScene();
    await patch("replace", "/test/GET/throttling/burstLimit", "5");
    expect((await stage()).methodSettings).toEqual({ "test/GET": { ...defaultSetting, throttlingBurstLimit: 5 } });
  });

  test("the whole map can be replaced", async () => {
    const { patch, stage } = await newStageScene();
    await patch("replace", "/~1pets/GET/metrics/enabled", "true");
    await patch("replace", "/methodSettings", '{"*/*":{"metricsEnabled":true,"cacheTtlInSeconds":60}}');
    expect((await stage()).methodSettings).toEqual({
      "*/*": { ...defaultSetting, metricsEnabled: true, cacheTtlInSeconds: 60 },
    });
    await expect(patch("replace", "/methodSettings", '{"*/*":{"cacheTtlInSeconds":-5}}')).rejects.toMatchObject({
      name: "BadRequestException",
    });
  });

  test("logging needs the account's CloudWatch role; switching it off does not", async () => {
    const { patch, world, stage } = await newStageScene();
    delete world.account.cloudwatchRoleArn;
    for (const level of ["ERROR", "INFO"]) {
      await expect(patch("replace", "/*/*/logging/loglevel", level)).rejects.toMatchObject(
        refusal(
          400,
          "BadRequestException",
          "CloudWatch Logs role ARN must be set in account settings to enable logging",
        ),
      );
    }
    await patch("replace", "/*/*/logging/loglevel", "OFF");
    expect((await stage()).methodSettings).toMatchObject({ "*/*": { loggingLevel: "OFF" } });
  });
});

describe("access logs", () => {
  const destination = "/accessLogSettings/destinationArn";
  const format = "/accessLogSettings/format";

  test("come leaf by leaf and go as a whole", async () => {
    const { patch, stage } = await newStageScene();
    await patch("add", destination, logGroup);
    await patch("replace", format, "$context.requestId $context.status");
    expect((await stage()).accessLogSettings).toEqual({
      destinationArn: logGroup,
      format: "$context.requestId $context.status",
    });
    await patch("remove", "/accessLogSettings");
    expect(await stage()).not.toHaveProperty("accessLogSettings");
  });

  test("a Firehose stream takes them without the account's role, a log group does not", async () => {
    const { patch, world } = await newStageScene();
    delete world.account.cloudwatchRoleArn;
    const stream = "arn:aws:firehose:eu-central-1:123456789012:deliverystream/amazon-apigateway-pets";
    expect((await patch("replace", destination, stream)).accessLogSettings).toEqual({ destinationArn: stream });
    await expect(patch("replace", destination, logGroup)).rejects.toThrow("CloudWatch Logs role ARN must be set");
  });

  test.each([
    ["replace", destination, "", "Access Log value must not be empty"],
    ["replace", destination, `${logGroup}:*`, /^Access log destination must only contain characters a-z, /],
    ["replace", destination, "arn:aws:s3:::pets", /ARN/],
    ["replace", destination, "arn:aws:firehose:eu-central-1:123456789012:deliverystream/pets", /ARN/],
    ["replace", format, "", "Access Log value must not be empty"],
    ["replace", format, "$context.status", /requestId/],
    ["replace", format, "$context.requestId\n$context.status", /single line/],
    ["replace", format, `$context.requestId ${"x".repeat(3072)}`, /3 KB/],
    [
      "replace",
      "/accessLogSettings/level",
      "x",
      "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]",
    ],
    [
      "remove",
      destination,
      undefined,
      "Cannot remove method setting accessLogSettings/destinationArn because there is no method setting for this method ",
    ],
  ] as const)("refuses %s %s %j", async (op, path, value, message) => {
    const { patch } = await newStageScene();
    await expect(patch(op, path, value)).rejects.toMatchObject(
      refusal(400, "BadRequestException", typeof message === "string" ? message : expect.stringMatching(message)),
    );
  });
});
