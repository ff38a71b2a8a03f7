// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are expressions of an action's metadata.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readActionMetadata } from "../../../simulator/runner/action-metadata.ts";
import { temporaryFolder } from "./fixture-action.ts";

const read = async (text: string, name = "action.yml") => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, name), text);
  return readActionMetadata(folder);
};

const runs = "runs: { using: node20, main: dist/index.js }\n";

describe("readActionMetadata", () => {
  test("reads inputs, outputs and what runs", async () => {
    const action = await read(`
name: Deploy
description: Deploys
inputs:
  rest-api-id: { description: The API, required: true }
  dry-run: { default: false }
  old: { deprecationMessage: Use new }
outputs:
  url: { description: Where it is }
runs: { using: node24, main: dist/index.js, post: dist/index.js, post-if: failure() }
`);
    expect(action).toEqual({
      directory: action.directory,
      name: "Deploy",
      description: "Deploys",
      inputs: {
        "rest-api-id": { description: "The API", required: true },
        "dry-run": { required: false, default: "false" },
        old: { required: false, deprecationMessage: "Use new" },
      },
      outputs: { url: { description: "Where it is" } },
      runs: { using: "node24", main: "dist/index.js", post: "dist/index.js", postIf: "failure()" },
    });
  });

  test("reads action.yaml too, and post runs always unless it says otherwise", async () => {
    expect((await read(runs, "action.yaml")).runs).toEqual({
      using: "node20",
      main: "dist/index.js",
      postIf: "always()",
    });
  });

  test.each([
    ["no runs", "name: X", "Top level 'runs:' section is required for"],
    ["no entry file", "runs: { using: node20 }", "there is not an entry JavaScript file provided in:"],
    ["no runtime", "runs: { main: a.js }", "Missing 'using' value"],
    ["an unknown runtime", "runs: { using: node99, main: a.js }", "'using: node99' is not supported"],
    ["an unknown member of runs", "runs: { using: node20, main: a.js, steps: [] }", "Unexpected value 'steps'"],
    ["not YAML", "runs: [", "Fail to load"],
    ["the same input twice", `inputs:\n  a: {}\n  a: {}\n${runs}`, "Fail to load"],
    ["a list for a mapping", `inputs: [a]\n${runs}`, "inputs: A sequence was not expected"],
    ["a mapping for a default", `inputs: { a: { default: {} } }\n${runs}`, "A mapping was not expected"],
    [
      "a default that names a secret",
      `inputs: { a: { default: "\${{ secrets.X }}" } }\n${runs}`,
      "inputs.a.default: Unrecognized named-value: 'secrets'. Located at position 1 within expression: secrets.X",
    ],
  ])("refuses %s", async (_case, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  test("says where it looked when there is no metadata file", async () => {
    const folder = await temporaryFolder();
    await expect(readActionMetadata(folder)).rejects.toThrow(
      `Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '${folder}'`,
    );
  });
});
