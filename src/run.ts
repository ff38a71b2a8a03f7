import { apply } from "./apply/apply.ts";
import { refused } from "./apply/refused.ts";
import { hasCredentials } from "./aws/client.ts";
import { carrying } from "./commands/carrying.ts";
import { commandOf } from "./commands/command-of.ts";
import { withOrigin } from "./commands/origin.ts";
import { withReport } from "./domain/bug.ts";
import { asActionError } from "./domain/errors.ts";
import type { World } from "./domain/world.ts";
import { mayLackCredentials } from "./inputs/preview-rules.ts";
import { type Request, readRequest } from "./inputs/request.ts";
import { observeRun } from "./observe/run.ts";
import { observeIn, openGitHub, openSession } from "./observe/session.ts";
import { isRefusal } from "./plan/plan.ts";
import { brokenReport, endOf, exitCodeOf } from "./report/ending.ts";
import { beginCourse, invokeUrlIn, outcomeOf } from "./report/outcome.ts";
import { openReports } from "./report/reports.ts";
import { reportBroken, reportSkip, reportUnread } from "./report/without-plan.ts";
import { runnerInputs } from "./runner/inputs.ts";

/** The main step. Answers the exit code and throws nothing. */
export const run = async (world: World): Promise<number> => {
  const { run: thisRun, problems } = await observeRun(world);
  try {
    const credentials = !mayLackCredentials(thisRun.event) || (await hasCredentials(world));
    const request = await readRequest(runnerInputs, thisRun, world.files.ofWorkspace, credentials, problems);
    if (request.command !== "skip") return await tell(await withOrigin(request, world), world);
    reportSkip(request, world);
    return 0;
  } catch (thrown) {
    const error = withReport(asActionError(thrown, "read the inputs"), thisRun);
    return reportUnread(error, thisRun, world);
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
    const found = await observeIn(session, command.observe);
    course.observed = found;
    const plan = command.plan(found);
    const { history, routes, contract, status } = plan;
    Object.assign(course, { history, routes, contract, status } satisfies Partial<typeof course>);
    if (isRefusal(plan)) throw refused(request, plan);
    course.plan = plan;
    reports.show(found, plan);
    if (request.dryRun) return;
    const tells = reports.looking(course);
    const applying = carrying({ plan, command, session, reports, tells, progress: course.progress });
    await Promise.all([apply(plan, applying), reports.openRecord(plan)]);
    await command.verify(plan, applying, invokeUrlIn(request, course), tells);
    course.confirm = () => command.confirm(applying);
  };

  const error = await endOf(story, request, course, world.signal);
  world.signal.removeEventListener("abort", reports.interrupt);
  const ended = outcomeOf(request, course, error, world.clock.now());
  try {
    const { outcome, told, summarize } = await reports.end(ended, course.confirm);
    const next = world.signal.aborted ? undefined : await command.follow(outcome, told, github, world);
    if (next !== undefined) return await tell(next, world);
    summarize();
    return exitCodeOf(outcome.error);
  } catch (thrown) {
    return reportBroken(brokenReport(thrown, request, course), ended, world);
  }
};
