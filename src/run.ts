import { hasCredentials } from "./aws/client.ts";
import { observe } from "./commands/observe.ts";
import { withOrigin } from "./commands/origin.ts";
import { withReport } from "./domain/bug.ts";
import { asActionError } from "./domain/errors.ts";
import type { World } from "./domain/world.ts";
import { mayLackCredentials } from "./inputs/preview-rules.ts";
import { readRequest } from "./inputs/read-request.ts";
import type { Request } from "./inputs/request.ts";
import { observeRun } from "./observe/run.ts";
import { observeIn, openGitHub, openSession } from "./observe/session.ts";
import { requestLines } from "./report/text/request-lines.ts";
import { reportSkip, reportUnread } from "./report/without-plan.ts";
import { runnerInputs } from "./runner/inputs.ts";

/** The main step. Answers the exit code and throws nothing. */
export const run = async (world: World): Promise<number> => {
  const { run: thisRun, problems } = await observeRun(world);
  try {
    const credentials = !mayLackCredentials(thisRun.event) || (await hasCredentials(world));
    const request = await readRequest(runnerInputs, thisRun, world.files.ofWorkspace, credentials, problems);
    if (request.command !== "skip") return await play(await withOrigin(request, world), world);
    reportSkip(request, world);
    return 0;
  } catch (thrown) {
    return reportUnread(withReport(asActionError(thrown, "read the inputs"), thisRun), thisRun, world);
  }
};

/** Begins to look, and loads the rest of the story while the first requests are under way. */
const play = async (request: Request, world: World): Promise<number> => {
  world.log.group("Request", requestLines(request));
  const github = openGitHub(request, world);
  const session = openSession(request, github, world);
  const found = session.then((opened) => observeIn(opened, (seen) => observe(request, seen)));
  // The story waits for it and tells what was wrong; until then, nobody does.
  found.catch(() => {});
  const { tell } = await import(/* webpackChunkName: "story" */ "./story.ts");
  return tell({ request, github, session, found, follow: (next) => play(next, world) }, world);
};
