import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { type ActionMetadata, readActionMetadata } from "../../../simulator/runner/action-metadata.ts";
import type { RunDescription } from "../../../simulator/runner/environment.ts";
import type { JobOptions } from "../../../simulator/runner/job-state.ts";

/** Lines that every fixture script may use. */
const prelude = `
const fs = require("node:fs");
const append = (variable, text) => fs.appendFileSync(process.env[variable], text);
const output = (name, value) => append("GITHUB_OUTPUT", name + "=" + value + "\\n");
`;

const folders: string[] = [];

export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "fixture-"));
  folders.push(folder);
  return folder;
};

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** Writes an action whose scripts are plain JavaScript. `inputs` is YAML under `inputs:`. */
export const fixtureAction = async (scripts: {
  readonly main: string;
  readonly post?: string;
  readonly postIf?: string;
  readonly inputs?: string;
}): Promise<ActionMetadata> => {
  const folder = await temporaryFolder();
  const metadata = [
    "name: Fixture",
    "description: An action for tests",
    ...(scripts.inputs === undefined ? [] : ["inputs:", scripts.inputs]),
    "runs:",
    "  using: node20",
    "  main: main.js",
    ...(scripts.post === undefined ? [] : ["  post: post.js"]),
    ...(scripts.postIf === undefined ? [] : [`  post-if: ${scripts.postIf}`]),
  ];
  await writeFile(join(folder, "action.yml"), metadata.join("\n"));
  await writeFile(join(folder, "main.js"), prelude + scripts.main);
  if (scripts.post !== undefined) await writeFile(join(folder, "post.js"), prelude + scripts.post);
  return readActionMetadata(folder);
};

export const push: RunDescription = {
  repository: "octo-org/pets",
  eventName: "push",
  event: { ref: "refs/heads/main" },
  sha: "0123456789abcdef0123456789abcdef01234567",
  ref: "refs/heads/main",
  token: "ghs_token",
};

export const onPush: JobOptions = { run: push };
