import { apply } from "./apply/apply.ts";
import { refused } from "./apply/refused.ts";
import { carrying } from "./commands/carrying.ts";
import { commandOf } from "./commands/command-of.ts";
import type { World } from "./domain/world.ts";
import type { Request } from "./inputs/request.ts";
import type { GitHubSide } from "./observe/github-side.ts";
import type { Observed } from "./observe/observed.ts";
import type { Session } from "./observe/session.ts";
import { isRefusal } from "./plan/plan.ts";
import { brokenReport, endOf } from "./report/ending.ts";
import { exitCodeOf } from "./report/exit-code.ts";
import { beginCourse, invokeUrlIn, outcomeOf } from "./report/outcome.ts";
import { openReports } from "./report/reports.ts";
import { requestLines } from "./report/text/request-lines.ts";
import { reportBroken } from "./report/without-plan.ts";
// What reads the first answers is ready when they come.
import "./aws/rest-api/answers.ts";
import "./github/answers/envelope.ts";
import "./github/read-observed.ts";

/** A run that has begun to look. */
export type Begun = {
  readonly request: Request;
  readonly github: GitHubSide;
  /** Both reject with ActionError. */
  readonly session: Promise<Session>;
  readonly found: Promise<Observed>;
  /** Plays what must be done after the run. */
  readonly follow: (next: Request) => Promise<number>;
};

/** The story of every run: observe, plan, apply, verify, report. Answers the exit code and throws nothing. */
export const tell = async (begun: Begun, world: World): Promise<number> => {
  const { request, github } = begun;
  world.log.group("Request", requestLines(request));
  const command = await commandOf(request);
  const reports = openReports(request, github, world);
  const course = beginCourse();
  if (world.signal.aborted) reports.interrupt();
  world.signal.addEventListener("abort", reports.interrupt, { once: true });
  const story = async (): Promise<void> => {
    const session = await begun.session;
    if (session.credentialsFrom !== undefined) world.log.info(session.credentialsFrom);
    const found = await command.prepare(await begun.found, session);
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
    const applied = apply(plan, applying);
    reports.openRecord(plan);
    await applied;
    await command.verify(plan, applying, invokeUrlIn(request, course), tells);
    course.confirm = () => command.confirm(applying);
  };

  const error = await endOf(story, request, course, world.signal);
  world.signal.removeEventListener("abort", reports.interrupt);
  const ended = outcomeOf(request, course, error, world.clock.now());
  try {
    const { outcome, told, summarize } = await reports.end(ended, course.confirm);
    const next = world.signal.aborted ? undefined : await command.follow(outcome, told, github, world);
    if (next !== undefined) return await begun.follow(next);
    summarize();
    return exitCodeOf(outcome.error);
  } catch (thrown) {
    return reportBroken(brokenReport(thrown, request, course), ended, world);
  }
};
