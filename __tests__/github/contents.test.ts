import { describe, expect, test } from "@jest/globals";
import { push } from "../../simulator/github/people.ts";
import { workflowTokenWith } from "../../simulator/github/tokens.ts";
import { readFileAtCommit } from "../../src/github/contents.ts";
import { answering } from "./in-process.ts";
import { connect, type GitHubScene, openGitHub } from "./scene.ts";

const path = "api/open api.yml";
const limitBytes = 6 * 1024 * 1024;

const withFiles = (scene: GitHubScene, files: Record<string, string | Buffer>): string =>
  push(scene.world, scene.repository, "main", { files }).sha;

describe("a file at a commit", () => {
  test.each([
    ["small", Buffer.from("openapi: 3.0.1\r\ninfo: { title: Bücher }\n")],
    ["empty", Buffer.alloc(0)],
    ["larger than GitHub sends along", Buffer.alloc(1024 * 1024 + 1, "é")],
    ["of any bytes", Buffer.from([0xff, 0xfe, 0x00, 0x0a])],
  ])("%s", async (_, content) => {
    const scene = await openGitHub();
    const commit = withFiles(scene, { [path]: content });
    withFiles(scene, { [path]: "changed since" });
    const read = await readFileAtCommit(scene.client, { path, commit, limitBytes });
    expect(read.kind === "file" && read.bytes.equals(content)).toBe(true);
  });

  test("that is not there is missing, which the commit itself proves", async () => {
    const scene = await openGitHub();
    const commit = withFiles(scene, {});
    expect(await readFileAtCommit(scene.client, { path, commit, limitBytes })).toEqual({ kind: "missing" });
  });

  test.each<[string, (scene: GitHubScene) => Parameters<typeof readFileAtCommit>[1], RegExp]>([
    [
      "too long",
      (scene) => ({ path, commit: withFiles(scene, { [path]: "12345" }), limitBytes: 4 }),
      /has 5 bytes; at most 4/,
    ],
    [
      "a directory",
      (scene) => ({ path: "api", commit: withFiles(scene, { [path]: "x" }), limitBytes }),
      /it is a directory/,
    ],
    [
      "of a commit that GitHub does not have",
      () => ({ path, commit: "f".repeat(40), limitBytes }),
      /GitHub refused it \(Not Found\)/,
    ],
  ])("that is %s is unreadable", async (_, ask, because) => {
    const scene = await openGitHub();
    expect(await readFileAtCommit(scene.client, ask(scene))).toEqual({
      kind: "unreadable",
      because: expect.stringMatching(because),
    });
  });

  test("I8: what the token may not read is not missing", async () => {
    const scene = await openGitHub({ token: workflowTokenWith({ deployments: "write" }) });
    Object.assign(scene.repository, { private: true });
    const commit = withFiles(scene, { [path]: "x" });
    expect(await readFileAtCommit(scene.client, { path, commit, limitBytes })).toEqual({
      kind: "unreadable",
      because: expect.stringContaining("`permissions: contents: read`"),
    });
  });

  const file = { type: "file", size: 1, sha: "a".repeat(40), encoding: "base64", content: "eA==" };
  test.each([
    [{}],
    [[null]],
    [{ ...file, content: 7 }],
    [{ ...file, size: 2 }],
    [{ ...file, size: -1 }],
    [{ ...file, type: "symlink" }],
    [{ ...file, type: "submodule" }],
    [{ ...file, type: "other" }],
    [{ ...file, content: undefined }],
  ])("I8: the answer %j is no file", async (body) => {
    const client = connect("https://api.github.test", { fetch: answering(200, JSON.stringify(body)).fetch });
    const read = await readFileAtCommit(client, { path, commit: "f".repeat(40), limitBytes });
    expect(read.kind).toBe("unreadable");
  });
});
