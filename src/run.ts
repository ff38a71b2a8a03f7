import { apply } from "./apply/apply.ts";
import { refused } from "./apply/refused.ts";
import { hasCredentials } from "./aws/client.ts";
import { commandOf } from "./commands/command-of.ts";
import { withOrigin } from "./commands/origin.ts";
import { asActionError } from "./domain/errors.ts";
import type { World } from "./domain/world.ts";
import { mayLackCredentials } from "./inputs/preview-rules.ts";
import { type Request, readRequest } from "./inputs/request.ts";
import { nonceOf, readRun } from "./inputs/run.ts";
import { openGitHub, openSession } from "./observe/session.ts";
import { isRefusal } from "./plan/plan.ts";
import { cancelledInstead, endingError, exitCodeOf } from "./report/ending.ts";
import { beginCourse, invokeUrlIn, outcomeOf } from "./report/outcome.ts";
import { openReports } from "./report/reports.ts";
import { reportSkip, reportUnread } from "./report/without-plan.ts";
import { readEventFile } from "./runner/event-file.ts";
import { runnerInputs } from "./runner/inputs.ts";

/** The main step. Answers the exit code and throws nothing. */
export const run = async (world: World): Promise<number> => {
  const thisRun = readRun(world.environment, readEventFile(world), nonceOf(world.random()));
  try {
    const credentials = !mayLackCredentials(thisRun.event) || (await hasCredentials());
    const request = readRequest(runnerInputs, thisRun, world.files.ofWorkspace, credentials);
    if (request.command !== "skip") return await tell(await withOrigin(request, world), world);
    reportSkip(request, world);
    return 0;
  } catch (thrown) {
    const error = asActionError(thrown, "read the inputs");
    reportUnread(error, thisRun, world);
    return exitCodeOf(error);
  }
};

/** The story of every run: observe, plan, apply, verify, report. */
const tell = async (request: Request, world: World): Promise<number> => {
  const command = commandOf(request);
  const github = openGitHub(request, world);
  const reports = openReports(request, github, world);
  const course = beginCourse();
  reports.begin();
  world.signal.addEventListener("abort", reports.interrupt, { once: true });
  const story = async (): Promise<void> => {
    const session = await openSession(request, github, world);
    const found = await command.observe(session);
    course.observed = found;
    const plan = command.plan(found);
    course.history = plan.history;
    if (isRefusal(plan)) throw refused(request, plan);
    course.plan = plan;
    reports.show(found, plan);
    if (request.dryRun) return;
    const applying = {
      ...session,
      ...command.applying,
      progress: course.progress,
      compared: reports.compared,
      stageDeleted: reports.stageDeleted,
      beforePointing: () => command.beforePointing(plan, session),
    };
    await Promise.all([apply(plan, applying), reports.openRecord(plan)]);
    await command.verify(plan, applying, invokeUrlIn(request, found), (verdict) => {
      course.smoke = verdict;
      reports.tested(verdict);
    });
    course.confirming = command.confirm(applying);
  };

  const failure = await story().then(
    () => undefined,
    (thrown: unknown) => endingError(thrown, request, course),
  );
  world.signal.removeEventListener("abort", reports.interrupt);
  const error = world.signal.aborted ? cancelledInstead(failure, request, course) : failure;
  const { outcome, told } = await reports.end(outcomeOf(request, course, error), course.confirming);
  const next = world.signal.aborted ? undefined : await command.follow(outcome, told, github);
  return next === undefined ? exitCodeOf(outcome.error) : tell(next, world);
};
