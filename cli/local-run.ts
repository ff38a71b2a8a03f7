import type { World } from "../src/domain/world.ts";
import { checkoutAround, commitOf } from "./git-checkout.ts";
import { type Repository, repositoryOn, serverIn } from "./repository.ts";

/** Ids that only GitHub knows are such as no repository and no run has. */
const NO_ID = "9".repeat(20);
const NO_COMMIT = "0".repeat(40);

/** A line of the log without what was made up for it. */
export const asOnThisMachine = (line: string): string =>
  line.replace(`Commit ${NO_COMMIT}, `, "No commit, ").replace(`, run ${NO_ID}, attempt 1.`, ", on this machine.");

export type LocalRun = {
  readonly variables: Readonly<Record<string, string>>;
  /** What GitHub could be asked about. */
  readonly repository: Repository;
};

/**
 * What a runner would set for a job (GitHub docs, "Variables reference"), for a run on this machine that is started by
 * hand, as git's own files tell it.
 */
export const localRun = (folder: string, environment: World["environment"]): LocalRun => {
  const server = serverIn(environment);
  const checkout = checkoutAround(folder);
  const repository = repositoryOn(server, checkout);
  return {
    repository,
    variables: {
      GITHUB_WORKSPACE: folder,
      GITHUB_SERVER_URL: server.serverUrl,
      GITHUB_API_URL: server.apiUrl,
      GITHUB_REPOSITORY: "fullName" in repository ? repository.fullName : "local/machine",
      GITHUB_REPOSITORY_ID: NO_ID,
      GITHUB_EVENT_NAME: "workflow_dispatch",
      GITHUB_EVENT_PATH: "",
      GITHUB_RUN_ID: NO_ID,
      GITHUB_RUN_ATTEMPT: "1",
      GITHUB_SHA: (checkout && commitOf(checkout)) ?? NO_COMMIT,
      GITHUB_REF: "",
      GITHUB_JOB: "",
      GITHUB_ACTION: "",
      GITHUB_ACTION_REPOSITORY: "",
      GITHUB_STEP_SUMMARY: "",
      GITHUB_STATE: "",
      GITHUB_OUTPUT: OUTPUTS,
    },
  };
};

/** Never a file: what is written to it stays in memory. */
const OUTPUTS = "outputs";

/** The world of a run that leaves no files for a runner, and the outputs that it would have left in one. */
export const withoutFiles = (
  world: World,
): { readonly world: World; readonly outputs: () => Readonly<Record<string, string>> } => {
  let written = "";
  const append = (path: string, text: string): void => {
    if (path === OUTPUTS) written += text;
    else world.files.append(path, text);
  };
  return { world: { ...world, files: { ...world.files, append } }, outputs: () => outputsIn(written) };
};

/** `name<<delimiter`, lines, `delimiter`. */
const outputsIn = (text: string): Readonly<Record<string, string>> => {
  const found = text.matchAll(/^(?<name>[^\n<]+)<<(?<delimiter>\S+)\n(?<value>[\s\S]*?)\n?^\k<delimiter>$/gm);
  return Object.fromEntries([...found].map(({ groups = {} }) => [groups["name"], groups["value"]]));
};
