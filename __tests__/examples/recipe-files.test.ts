import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { stackOf } from "../docs/cloudformation.ts";
import { linksOf } from "../docs/markdown-file.ts";
import { parameters, roleTemplate } from "../docs/setup-templates.ts";
import { projectFiles, readProjectFile } from "../project-files.ts";

/** What the files of examples/ say, without running them. */

type Step = { readonly uses?: string; readonly with?: Readonly<Record<string, string | boolean>> };
type Job = {
  readonly uses?: string;
  readonly concurrency?: object;
  readonly steps?: readonly Step[];
};
type Workflow = { readonly concurrency?: object; readonly jobs: Readonly<Record<string, Job>> };

const names = projectFiles().flatMap((path) => /^examples\/(.*\.yml)$/.exec(path)?.[1] ?? []);
const texts: Readonly<Record<string, string>> = Object.fromEntries(
  await Promise.all(names.map(async (name) => [name, await readProjectFile(`examples/${name}`)] as const)),
);
const index = await readProjectFile("examples/README.md");

const jobsOf = (name: string): readonly Job[] => Object.values((parse(texts[name] ?? "") as Workflow).jobs);

describe.each(names)("%s", (name) => {
  test("is a workflow that GitHub reads without complaint, and is in the index", () => {
    const { context } = parseWorkflow({ name, content: texts[name] ?? "" }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
    expect(linksOf(index)).toContain(name);
  });

  test("holds a lock wherever it takes a snapshot of the draft that others may change", () => {
    const { concurrency } = parse(texts[name] ?? "") as Workflow;
    const snapshots = jobsOf(name).filter(({ steps = [] }) =>
      steps.some(
        ({ uses = "", with: given = {} }) =>
          uses.includes("apigw-stage-action") &&
          ["auto", "deploy"].includes(String(given["command"] ?? "auto")) &&
          given["dry-run"] !== true,
      ),
    );
    const locks = snapshots.map((job) => job.concurrency ?? concurrency ?? lockOfCaller(name));
    expect(locks.filter((lock) => lock === undefined || "cancel-in-progress" in lock)).toEqual([]);
  });
});

/** A workflow that is called is in the lock of the run that calls it. */
const lockOfCaller = (name: string): object | undefined => {
  const caller = names.find((one) => jobsOf(one).some(({ uses }) => uses?.endsWith(`/${name}`)));
  return caller === undefined ? undefined : (parse(texts[caller] ?? "") as Workflow).concurrency;
};

test("the variables with roles are those that setup/ sets, but for one that it cannot make", async () => {
  const set = Object.values(stackOf(roleTemplate, parameters).outputs).map(
    (line) => /set (\w+)/.exec(String(line))?.[1],
  );
  const pages = projectFiles().filter((path) => /^(?:README\.md|docs\/.*\.md|examples\/.*)$/.test(path));
  const used = (await Promise.all(pages.map(readProjectFile))).flatMap(
    (text) => text.match(/\bAWS_\w*ROLE_ARN\b/g) ?? [],
  );
  expect(new Set(used)).toEqual(new Set([...set.filter((name) => name !== undefined), "AWS_INFRA_ROLE_ARN"]));
});
