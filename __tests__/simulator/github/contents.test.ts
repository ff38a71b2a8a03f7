import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { push } from "../../../simulator/github/people.ts";
import { workflowTokenWith } from "../../../simulator/github/tokens.ts";
import { openSetting, refusalOf, type Setting } from "./setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.server.close());

const commit = (files: Record<string, string | Buffer>): string =>
  push(setting.world, setting.repository, "main", { files }).sha;
const content = (path: string, ref?: string, octokit = setting.octokit) =>
  octokit.rest.repos.getContent({ ...setting.at, path, ...(ref === undefined ? {} : { ref }) });

describe("files of a commit", () => {
  test("as they were at the commit, with those of its parent", async () => {
    const first = commit({ "api/openapi.yml": "one", "README.md": "# Orders" });
    const second = commit({ "api/openapi.yml": "two" });
    expect((await content("api/openapi.yml", first)).data).toMatchObject({
      type: "file",
      name: "openapi.yml",
      path: "api/openapi.yml",
      size: 3,
      encoding: "base64",
      content: "b25l\n",
      // As `git hash-object` names it.
      sha: "43dd47ea691c90a5fa7827892c70241913351963",
    });
    expect((await content("api/openapi.yml", second)).data).toMatchObject({ content: "dHdv\n" });
    expect((await content("README.md")).data).toMatchObject({ size: 8 });
  });

  test("above a megabyte as a blob only", async () => {
    const bytes = Buffer.alloc(1024 * 1024 + 1, "x");
    commit({ "large.json": bytes });
    const { data } = await content("large.json");
    expect(data).toMatchObject({ encoding: "none", content: "", size: bytes.length });
    const file_sha = "sha" in data ? data.sha : "";
    const blob = await setting.octokit.rest.git.getBlob({ ...setting.at, file_sha });
    expect(Buffer.from(blob.data.content, "base64").equals(bytes)).toBe(true);
    expect(
      await refusalOf(setting.octokit.rest.git.getBlob({ ...setting.at, file_sha: "0".repeat(40) })),
    ).toMatchObject({
      status: 404,
    });
  });

  test("a directory is a list", async () => {
    commit({ "api/v1/openapi.yml": "x", "api/README.md": "y" });
    const { data } = await content("api");
    expect(data).toMatchObject([
      { type: "file", path: "api/README.md" },
      { type: "dir", path: "api/v1", size: 0 },
    ]);
  });

  test("what is not there", async () => {
    expect(await refusalOf(content("none.yml"))).toMatchObject({ status: 404, data: { message: "Not Found" } });
    expect(await refusalOf(content("none.yml", "nowhere"))).toMatchObject({
      status: 404,
      data: { message: "No commit found for the ref nowhere" },
    });
  });

  test("need contents: read", async () => {
    Object.assign(setting.repository, { private: true });
    const octokit = setting.as(workflowTokenWith({ deployments: "read" }));
    expect(await refusalOf(content("README.md", undefined, octokit))).toMatchObject({ status: 403 });
  });
});

test("a commit and its parents", async () => {
  const parent = commit({});
  const commit_sha = commit({});
  const { data } = await setting.octokit.rest.git.getCommit({ ...setting.at, commit_sha });
  expect(data).toMatchObject({ sha: commit_sha, parents: [{ sha: parent }] });
  const none = setting.octokit.rest.git.getCommit({ ...setting.at, commit_sha: "f".repeat(40) });
  expect(await refusalOf(none)).toMatchObject({ status: 404 });
});
