import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { observe } from "./commands/observe.ts";
import { withOrigin } from "./commands/origin.ts";
import { withReport } from "./domain/bug.ts";
import { asActionError } from "./domain/errors.ts";
import type { World } from "./domain/world.ts";
import { mayLackCredentials } from "./inputs/preview-rules.ts";
import { readRequest } from "./inputs/read-request.ts";
import type { Request } from "./inputs/request.ts";
import { openGitHub } from "./observe/github-side.ts";
import { observeRun } from "./observe/run.ts";
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

const hasCredentials = async (world: World): Promise<boolean> => {
  const aws = await import(/* webpackChunkName: "aws" */ "./aws/client.ts");
  return aws.hasCredentials(world);
};

/** Milliseconds. A source of credentials may take its time, and who looks at the log shall see that the run lives. */
const SILENCE = 500;

/**
 * Begins to look. What asks AWS is loaded when GitHub has been asked, and when both have, the rest of the story is loaded,
 * which begins the log: the more a request waits for, the later it leaves.
 */
const play = async (request: Request, world: World): Promise<number> => {
  const github = openGitHub(request, world);
  await underWay();
  const { observeIn, openSession } = await import(/* webpackChunkName: "aws" */ "./observe/session.ts");
  const session = openSession(request, github, world);
  const found = session.then((opened) => observeIn(opened, (seen) => observe(request, seen)));
  // The story waits for it and tells what was wrong; until then, nobody does.
  found.catch(() => {});
  const asked = session.then((opened) => opened.asked);
  await Promise.race([asked, found, wait(SILENCE, undefined, { ref: false, signal: world.signal })]).catch(() => {});
  const { tell } = await import(/* webpackChunkName: "story" */ "./story.ts");
  return tell({ request, github, session, found, follow: (next) => play(next, world) }, world);
};

/**
 * A connection is opened in the next turn of Node's event loop, and the request written to it: but to load a file can take
 * the thread for tens of milliseconds before that.
 */
const underWay = async (): Promise<void> => {
  await turn();
  await turn();
};
