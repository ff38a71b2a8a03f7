import type { Run } from "../domain/run.ts";
import type { World } from "../domain/world.ts";
import { connectGitHub } from "../github/client.ts";
import { repositoryId } from "../github/repository.ts";
import { nonceOf, readRun } from "../inputs/run.ts";
import { readEventFile } from "../runner/event-file.ts";
import { runnerInputs } from "../runner/inputs.ts";

/**
 * This run, with its repository's number, which stages are marked with. Runners that are not GitHub's may leave it out;
 * then the server is asked. It stays empty where the server does not tell. Throws nothing.
 */
export const observeRun = async (world: World): Promise<Run> => {
  const run = readRun(world.environment, readEventFile(world), nonceOf(world.random()));
  const { repository, apiUrl } = run;
  const token = runnerInputs("github-token");
  if (repository.id !== "" || token === "") return run;
  try {
    const id = await repositoryId(connectGitHub({ token, apiUrl, repository, fetch: world.fetch }));
    return { ...run, repository: { ...repository, id } };
  } catch {
    return run;
  }
};
