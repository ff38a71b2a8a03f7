import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { parseAction } from "../../scripts/action-tables.ts";
import { projectFiles, readProjectFile } from "../project-files.ts";
import { codeBlocksOf } from "./markdown-file.ts";

type Step = { readonly id?: string; readonly uses?: string; readonly with?: Record<string, unknown> };
type Job = { readonly steps: readonly Step[]; readonly outputs?: Record<string, string>; readonly needs?: string };
type Workflow = { readonly on: unknown; readonly jobs: Readonly<Record<string, Job>> };
type Example = { readonly place: string; readonly text: string; readonly workflow: Workflow };

const action = parseAction(await readProjectFile("action.yml"));
const pages = projectFiles().filter((path) => /^(?:[A-Z]+|docs\/.*)\.md$/.test(path));

const examplesIn = async (page: string): Promise<Example[]> =>
  codeBlocksOf(await readProjectFile(page), "yaml")
    .map((text) => ({ text, workflow: parse(text) as Workflow }))
    .filter(({ workflow }) => workflow?.jobs !== undefined)
    .map((example, index) => ({ ...example, place: `${page}, workflow ${index + 1}` }));

const examples = (await Promise.all(pages.map(examplesIn))).flat();

const isOurs = ({ uses }: Step): boolean => /(?:^\.\/|\/apigw-stage-action(?:\/node24)?@)/.test(uses ?? "");

test("the README shows a preview and a deployment", () => {
  expect(examples.map(({ place }) => place)).toEqual(
    expect.arrayContaining(["README.md, workflow 1", "README.md, workflow 2"]),
  );
});

describe.each(examples)("$place", ({ place, text, workflow }) => {
  const jobs = Object.entries(workflow.jobs);
  const ours = jobs.flatMap(([, { steps }]) => steps).filter(isOurs);

  test("is a workflow that GitHub reads without complaint", () => {
    const { context } = parseWorkflow({ name: place, content: text }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  test("gives the action only inputs that it has, and all that it needs", () => {
    expect(ours).not.toEqual([]);
    const given = ours.map((step) => Object.keys(step.with ?? {}));
    expect(given.flat().filter((name) => !(name in action.inputs))).toEqual([]);
    const required = Object.keys(action.inputs).filter((name) => action.inputs[name]?.required === true);
    for (const names of given) expect(names).toEqual(expect.arrayContaining(required));
  });

  test("uses only outputs that the action and the jobs have", () => {
    const used = [...text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)];
    const ids = ours.map(({ id }) => id);
    expect(used.filter(([, id]) => !ids.includes(id)).map(([all]) => all)).toEqual([]);
    expect(used.filter(([, , output = ""]) => !(output in action.outputs)).map(([all]) => all)).toEqual([]);
    const needed = [...text.matchAll(/needs\.([\w-]+)\.outputs\.([\w-]+)/g)];
    const missing = needed.filter(([, job = "", output = ""]) => !(output in (workflow.jobs[job]?.outputs ?? {})));
    expect(missing.map(([all]) => all)).toEqual([]);
  });

  test("gives the token what the action reports with", () => {
    const permissions = Object.keys(parse(text).permissions ?? {});
    for (const [name, job] of jobs) {
      const own = [...permissions, ...Object.keys((job as { permissions?: object }).permissions ?? {})];
      expect({ [name]: own }).toEqual({ [name]: expect.arrayContaining(["id-token", "deployments", "checks"]) });
    }
  });
});
