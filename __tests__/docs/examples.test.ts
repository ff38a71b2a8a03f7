import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { parseAction } from "../../scripts/action-tables.ts";
import { projectFiles, readProjectFile } from "../project-files.ts";
import { codeBlocksOf } from "./markdown-file.ts";

type Step = { readonly id?: string; readonly uses?: string; readonly with?: Record<string, unknown> };
type Job = {
  readonly steps: readonly Step[];
  readonly outputs?: Record<string, string>;
  readonly needs?: string;
  readonly permissions?: Record<string, string>;
};
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

test("promotion, canary and rollback take the README no more than twenty lines each", async () => {
  const [, ...others] = codeBlocksOf(await readProjectFile("README.md"), "yaml");
  expect(others).toHaveLength(3);
  expect(others.map((text) => text.trimEnd().split("\n").length).filter((lines) => lines > 20)).toEqual([]);
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

  test("gives each job's token what the action needs there, and no other job anything", () => {
    expect(parse(text).permissions).toEqual({});
    for (const [name, { permissions = {}, steps }] of jobs) {
      const own = steps.filter(isOurs);
      const writes = own.some((step) => step.with?.["dry-run"] !== true);
      const reports = writes ? { deployments: "write", checks: "read" } : {};
      expect({ [name]: permissions }).toMatchObject({ [name]: { "id-token": "write", ...reports } });
      const gated = own.some((step) => step.with?.["gate"] === "require");
      const comments = writes && own.some((step) => step.with?.["comment"] !== false && !step.with?.["stage-name"]);
      const most = [
        "contents",
        "id-token",
        ...Object.keys(reports),
        ...(gated ? ["actions"] : []),
        ...(comments ? ["pull-requests"] : []),
      ];
      expect({ [name]: Object.keys(permissions).filter((scope) => !most.includes(scope)) }).toEqual({ [name]: [] });
    }
  });

  test("leaves no token behind in the checkout, where a later step could take it", () => {
    const checkouts = jobs
      .flatMap(([, { steps }]) => steps)
      .filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  });
});
