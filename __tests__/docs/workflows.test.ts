import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { projectFiles, readProjectFile } from "../project-files.ts";

const workflows = projectFiles().filter((path) => /^\.github\/workflows\/.*\.ya?ml$/.test(path));
const { scripts } = JSON.parse(await readProjectFile("package.json"));

describe.each(workflows)("%s", (path) => {
  test("is a workflow that GitHub reads without complaint", async () => {
    const content = await readProjectFile(path);
    const { context } = parseWorkflow({ name: path, content }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  test("pins what it uses by commit", async () => {
    const used = [...(await readProjectFile(path)).matchAll(/uses: (.*)$/gm)].map(([, what = ""]) => what);
    expect(used.filter((what) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(what))).toEqual([]);
  });

  test("says what its token may do", async () => {
    expect(parse(await readProjectFile(path)).permissions).toEqual({ contents: "read" });
  });
});

test.each([".ci/run", ...workflows])("the npm scripts that %s names exist", async (path) => {
  const named = [...(await readProjectFile(path)).matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});

test.each([".ci/run", ...workflows])("the scripts that %s names exist", async (path) => {
  const named = [...(await readProjectFile(path)).matchAll(/bash (scripts\/\S+)/g)].map(([, script = ""]) => script);
  expect(named.length).toBeGreaterThan(0);
  expect(projectFiles()).toEqual(expect.arrayContaining(named));
});
