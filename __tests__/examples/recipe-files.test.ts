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
  readonly environment?: { readonly name: string };
  readonly concurrency?: object;
  readonly steps?: readonly Step[];
};
type Workflow = { readonly concurrency?: object; readonly jobs: Readonly<Record<string, Job>> };

const names = projectFiles().flatMap((path) => /^examples\/(.*\.yml)$/.exec(path)?.[1] ?? []);
const texts: Readonly<Record<string, string>> = Object.fromEntries(
  await Promise.all(names.map(async (name) => [name, await readProjectFile(`examples/${name}`)] as const)),
);
const index = await readProjectFile("examples/README.md");

const topOf = (name: string): string => /^(?:#.*\n)*/.exec(texts[name] ?? "")?.[0] ?? "";

/** The comment at the top, and that of the recipe whose setup it asks for, too. */
const setupOf = (name: string): string => {
  const own = topOf(name);
  const others = own.replaceAll(/\s*\n# /g, " ").matchAll(/\b(?:as in|beside what|that) ([\w-]+\.yml)\b/g);
  return [own, ...[...others].map(([, other = ""]) => topOf(other))].join("");
};

const jobsOf = (name: string): readonly Job[] => Object.values((parse(texts[name] ?? "") as Workflow).jobs);

/** `production` of a plain name and of an expression that chooses it. */
const environmentsIn = (name: string): readonly string[] =>
  jobsOf(name).flatMap(({ environment }) => {
    const text = environment?.name ?? "";
    return text.includes("${{") ? [...text.matchAll(/&& '([\w-]+)'/g)].map(([, one = ""]) => one) : text || [];
  });

const variablesIn = (name: string): readonly string[] => {
  const used = [...(texts[name] ?? "").matchAll(/\b(?:vars|secrets)\.(\w+)/g)].map(([, variable = ""]) => variable);
  // `vars[matrix.api]`: the names are in the matrix.
  const listed = (texts[name] ?? "").includes("vars[matrix.") ? JSON.stringify(parse(texts[name] ?? "")) : "";
  return [...used, ...(listed.match(/\b[A-Z]+(?:_[A-Z]+)*_API_ID\b|\bAPI_ID\b/g) ?? [])];
};

describe.each(names)("%s", (name) => {
  test("is a workflow that GitHub reads without complaint, and is in the index", () => {
    const { context } = parseWorkflow({ name, content: texts[name] ?? "" }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
    expect(linksOf(index)).toContain(name);
  });

  test("says at its top what to set up: each variable, each environment", () => {
    const setup = setupOf(name);
    const missing = [
      ...variablesIn(name).filter((one) => !new RegExp(`\\b${one}\\b`).test(setup)),
      ...environmentsIn(name).filter((one) => !setup.includes(`\`${one}\``)),
    ];
    expect(missing).toEqual([]);
    if (variablesIn(name).length > 0) expect(topOf(name)).toMatch(/To set up|Setup as in/);
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
    // Where people are asked first, the order of runs is kept by a lock of the whole run alone.
    const locks = snapshots.map(
      ({ environment, ...job }) =>
        (environment?.name === "production" ? undefined : job.concurrency) ?? concurrency ?? lockOfCaller(name),
    );
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
