import type { Run } from "../domain/run.ts";
import type { World } from "../domain/world.ts";
import { connectGitHub, connectionIn } from "../github/client.ts";
import type { InputProblem } from "../inputs/reader.ts";
import { nonceOf, readRun } from "../inputs/run.ts";
import { runProblems } from "../inputs/run-problems.ts";
import { readEventFile } from "../runner/event-file.ts";
import { runnerInputs } from "../runner/inputs.ts";

export type RunObserved = {
  readonly run: Run;
  /** What the runner left out, and nobody else could tell. */
  readonly problems: readonly InputProblem[];
};

/** This run as the runner and its event tell it. Throws nothing. */
export const observeRun = async (world: World): Promise<RunObserved> => {
  const { environment, random, secrets } = world;
  const eventFile = readEventFile(world);
  const told = readRun(environment, eventFile.payload, nonceOf(random()));
  // It goes into a tag, and a branch may have any name.
  const run = await withRepositoryId({ ...told, ref: secrets.hide(told.ref) }, world);
  const unreadable = "because" in eventFile ? eventFile.because : undefined;
  return { run, problems: runProblems(run, environment, unreadable) };
};

/**
 * With its repository's number, which stages are marked with. Runners that are not GitHub's may leave it out; then the
 * server is asked. It stays empty where the server does not tell.
 */
const withRepositoryId = async (run: Run, world: World): Promise<Run> => {
  const { repository, apiUrl } = run;
  const token = runnerInputs("github-token");
  if (repository.id !== "" || token === "") return run;
  try {
    const { repositoryId } = await import(/* webpackChunkName: "story" */ "../github/repository.ts");
    const id = await repositoryId(connectGitHub({ token, apiUrl, repository, ...connectionIn(world) }));
    return { ...run, repository: { ...repository, id } };
  } catch {
    return run;
  }
};
