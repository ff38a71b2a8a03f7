import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { inputTable, outputTable } from "../../scripts/action-tables.ts";
import { generatedFiles } from "../../scripts/generated-files.ts";
import { replaceSection } from "../../scripts/marked-section.ts";
import { node24Twin } from "../../scripts/node24-twin.ts";
import { type ErrorCode, register } from "../../src/domain/error-register.ts";
import { docsAnchor } from "../../src/domain/errors.ts";
import { version } from "../../src/version.ts";
import { readProjectFile } from "../project-files.ts";
import { anchorsOf } from "./markdown-file.ts";

test.each([...(await generatedFiles(readProjectFile))])("%s is fresh (npm run generate)", async (path, wanted) => {
  expect(await readProjectFile(path)).toBe(wanted);
});

test("the twin differs from action.yml in the runtime and in where dist/ is, and in nothing else", async () => {
  const action = parse(await readProjectFile("action.yml"));
  const twin = parse(await readProjectFile("node24/action.yml"));
  expect(twin).toEqual({
    ...action,
    runs: { ...action.runs, using: "node24", main: `../${action.runs.main}`, post: `../${action.runs.post}` },
  });
});

test("a metadata file that the twin's rules do not fit is noticed", () => {
  expect(() => node24Twin("runs:\n  using: node22\n")).toThrow("not 1");
});

test.each(Object.keys(register) as ErrorCode[])("an error's link leads to its section: %s", async (code) => {
  const [path = "", anchor] = docsAnchor(code).split("#");
  expect(anchorsOf(await readProjectFile(path))).toContain(anchor);
});

test("src/version.ts has the version of package.json", async () => {
  expect(version).toBe(JSON.parse(await readProjectFile("package.json")).version);
});

describe("tables", () => {
  const action = {
    inputs: {
      id: { description: "The id:\n  `a|b`.", required: true },
      mode: { description: "How.", default: "auto" },
      note: { description: "Why." },
    },
    outputs: { url: { description: "Where." } },
  };

  test("a row for each input, with what is required and what is the default", () => {
    expect(inputTable(action).split("\n").slice(2)).toEqual([
      "| `id` | **required** | The id: `a\\|b`. |",
      "| `mode` | `auto` | How. |",
      "| `note` |  | Why. |",
    ]);
  });

  test("a row for each output", () => {
    expect(outputTable(action)).toBe("| Output | Meaning |\n| --- | --- |\n| `url` | Where. |");
  });
});

describe("sections", () => {
  test("only what stands between the markers is replaced", () => {
    const text = "before\n<!-- begin a -->\nold $1\n<!-- end a -->\nafter";
    expect(replaceSection(text, "a", "new $&\n")).toBe("before\n<!-- begin a -->\nnew $&\n<!-- end a -->\nafter");
  });

  test.each(["<!-- begin a -->", "<!-- end a -->"])("a lost marker is noticed: %s", (marker) => {
    expect(() => replaceSection("<!-- begin a --><!-- end a -->".replace(marker, ""), "a", "")).toThrow(marker);
  });
});
