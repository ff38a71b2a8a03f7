import {
  CreateDeploymentCommand,
  CreateStageCommand,
  GetStageCommand,
  GetTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { newScene, refusal } from "./stage-scene.ts";

const newTaggedScene = async () => {
  const scene = await newScene();
  const { client, restApiId } = scene;
  const { id: deploymentId } = await client.send(new CreateDeploymentCommand({ restApiId }));
  await client.send(new CreateStageCommand({ restApiId, stageName: "dev", deploymentId, tags: { owner: "pets" } }));
  const apiArn = `arn:aws:apigateway:eu-central-1::/restapis/${restApiId}`;
  return {
    ...scene,
    apiArn,
    stageArn: `${apiArn}/stages/dev`,
    deploymentArn: `${apiArn}/deployments/${deploymentId}`,
    tag: (resourceArn: string, tags: Record<string, string>) =>
      client.send(new TagResourceCommand({ resourceArn, tags })),
    untag: (resourceArn: string, ...tagKeys: string[]) =>
      client.send(new UntagResourceCommand({ resourceArn, tagKeys })),
    tagsOf: async (resourceArn: string) => (await client.send(new GetTagsCommand({ resourceArn }))).tags,
    stage: () => client.send(new GetStageCommand({ restApiId, stageName: "dev" })),
  };
};

describe("tags", () => {
  test("of a stage are added, replaced and removed, and GetStage shows them", async () => {
    const { tag, untag, tagsOf, stage, stageArn } = await newTaggedScene();
    expect((await tag(stageArn, { owner: "cats", "pr:number": "7" })).$metadata.httpStatusCode).toBe(204);
    expect(await tagsOf(stageArn)).toEqual({ owner: "cats", "pr:number": "7" });
    expect((await stage()).tags).toEqual({ owner: "cats", "pr:number": "7" });
    expect((await untag(stageArn, "owner", "never-there")).$metadata.httpStatusCode).toBe(204);
    expect(await tagsOf(stageArn)).toEqual({ "pr:number": "7" });
    await untag(stageArn, "pr:number");
    expect(await stage()).not.toHaveProperty("tags");
    expect(await tagsOf(stageArn)).toEqual({});
  });

  test("of an API are its own", async () => {
    const { tag, tagsOf, stage, apiArn, stageArn } = await newTaggedScene();
    await tag(apiArn, { team: "zoo" });
    expect(await tagsOf(apiArn)).toEqual({ team: "zoo" });
    expect(await tagsOf(stageArn)).toEqual({ owner: "pets" });
    expect((await stage()).tags).toEqual({ owner: "pets" });
  });

  test("have limits, those that are there counted", async () => {
    const { tag, tagsOf, stageArn } = await newTaggedScene();
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, "v"]));
    for (const tags of [many, { ["k".repeat(129)]: "v" }, { k: "v".repeat(257) }, { "aws:k": "v" }]) {
      await expect(tag(stageArn, tags)).rejects.toMatchObject(
        refusal(400, "BadRequestException", expect.stringMatching(/tag/i)),
      );
    }
    expect(await tagsOf(stageArn)).toEqual({ owner: "pets" });
    await tag(stageArn, { ["k".repeat(128)]: "v".repeat(256) });
    expect(Object.keys((await tagsOf(stageArn)) ?? {})).toHaveLength(2);
  });

  test("cannot be put on what is not there, elsewhere, or a deployment", async () => {
    const { tag, apiArn, deploymentArn } = await newTaggedScene();
    const missing = { name: "NotFoundException" };
    await expect(tag(`${apiArn}/stages/none`, { a: "b" })).rejects.toMatchObject(missing);
    await expect(tag("arn:aws:apigateway:eu-central-1::/restapis/nowhere123", { a: "b" })).rejects.toMatchObject(
      missing,
    );
    for (const arn of [deploymentArn, apiArn.replace("eu-central-1", "us-east-1"), "arn:aws:s3:::pets"]) {
      await expect(tag(arn, { a: "b" })).rejects.toMatchObject({ name: "BadRequestException" });
    }
  });
});
