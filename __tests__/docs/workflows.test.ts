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

  test("says what its token may do, and gives a job more only by name", async () => {
    const { permissions, jobs } = parse(await readProjectFile(path));
    expect(permissions).toEqual({ contents: "read" });
    const allowed = Object.values<{ permissions?: object | string }>(jobs).map((job) => job.permissions ?? {});
    expect(allowed.every((one) => typeof one === "object")).toBe(true);
  });

  test("drops no run that waits for another, unless a newer one does the same work", async () => {
    const { concurrency, jobs } = parse(await readProjectFile(path));
    const groups = [concurrency, ...Object.values<{ concurrency?: object }>(jobs).map((job) => job.concurrency)];
    for (const group of groups.filter((one) => one !== undefined))
      expect(group).toEqual(
        group["cancel-in-progress"] === true
          ? { group: expect.stringContaining("github.ref"), "cancel-in-progress": true }
          : { group: expect.any(String), queue: "max" },
      );
  });
});

/** What `pattern` finds in each of the places where checks are listed, `.ci/run` among them. */
const named = async (pattern: RegExp): Promise<ReadonlySet<string>> => {
  const texts = await Promise.all([".ci/run", ...workflows].map((path) => readProjectFile(path)));
  return new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = ""]) => name)));
};

test("the npm scripts that workflows and .ci/run name exist", async () => {
  const names = await named(/npm run (?:--silent )?([\w:]+)/g);
  expect(names.size).toBeGreaterThan(5);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...names]));
});

test("the scripts that workflows and .ci/run name exist", async () => {
  const names = await named(/bash (scripts\/\S+)/g);
  expect(names.size).toBeGreaterThan(5);
  expect(projectFiles()).toEqual(expect.arrayContaining([...names]));
});
