import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NO_ID = "9".repeat(20);
const NO_COMMIT = "0".repeat(40);

/** A line of the log without what was made up for it. */
export const asOnThisMachine = (line: string): string =>
  line.replace(`Commit ${NO_COMMIT}, `, "No commit, ").replace(`, run ${NO_ID}, attempt 1.`, ", on this machine.");

/**
 * What a runner would set for a job (GitHub docs, "Variables reference"), for a run on this machine that is started by
 * hand. Ids that only GitHub knows are such as no repository and no run has.
 */
export const localEnvironment = (
  folder: string,
  { GITHUB_TOKEN: token = "" }: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> => ({
  GITHUB_WORKSPACE: folder,
  GITHUB_REPOSITORY: repositoryOf(folder) ?? "local/machine",
  // Asked of GitHub where there is a token.
  GITHUB_REPOSITORY_ID: token === "" ? NO_ID : "",
  GITHUB_EVENT_NAME: "workflow_dispatch",
  GITHUB_EVENT_PATH: "",
  GITHUB_RUN_ID: NO_ID,
  GITHUB_RUN_ATTEMPT: "1",
  GITHUB_SHA: commitOf(folder) ?? NO_COMMIT,
  GITHUB_REF: "",
  GITHUB_JOB: "",
  GITHUB_ACTION: "",
  GITHUB_STEP_SUMMARY: "",
});

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

/** `owner/name` of the remote `origin`, by git's own file (git-config). */
const repositoryOf = (folder: string): string | undefined => {
  const origin = /^\[remote "origin"\]\n((?:[ \t].*\n?)*)/m.exec(textOf(join(folder, ".git/config")) ?? "")?.[1] ?? "";
  const [, owner, name] = /^\s*url = .*[/:]([\w.-]+)\/([\w.-]+?)(?:\.git)?\s*$/m.exec(origin) ?? [];
  return owner === undefined ? undefined : `${owner}/${name}`;
};

/** By gitrepository-layout, as a checkout on a runner is read. */
const commitOf = (folder: string): string | undefined => {
  const head = textOf(join(folder, ".git/HEAD"))?.trim();
  const [, reference] = /^ref: (refs\/[^\s]+)$/.exec(head ?? "") ?? [];
  const packed = (): string | undefined =>
    textOf(join(folder, ".git/packed-refs"))
      ?.split("\n")
      .find((line) => line.endsWith(` ${reference}`))
      ?.split(" ")[0];
  const commit = reference === undefined ? head : (textOf(join(folder, ".git", reference))?.trim() ?? packed());
  return commit !== undefined && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit) ? commit : undefined;
};

export type OutputFile = {
  readonly variables: Readonly<Record<string, string>>;
  readonly read: () => Readonly<Record<string, string>>;
  readonly remove: () => void;
};

/** The files in which a step leaves its outputs and its state for the runner ("Workflow commands", GitHub docs). */
export const openOutputFile = (): OutputFile => {
  const folder = mkdtempSync(join(tmpdir(), "apigw-stage-"));
  const outputs = join(folder, "outputs");
  const state = join(folder, "state");
  for (const file of [outputs, state]) writeFileSync(file, "");
  return {
    variables: { GITHUB_OUTPUT: outputs, GITHUB_STATE: state },
    read: () => outputsIn(readFileSync(outputs, "utf8")),
    remove: () => rmSync(folder, { recursive: true }),
  };
};

/** `name<<delimiter`, lines, `delimiter`. */
const outputsIn = (text: string): Readonly<Record<string, string>> => {
  const found = text.matchAll(/^(?<name>[^\n<]+)<<(?<delimiter>\S+)\n(?<value>[\s\S]*?)\n?^\k<delimiter>$/gm);
  return Object.fromEntries([...found].map(({ groups = {} }) => [groups["name"], groups["value"]]));
};
