import { clickableUrl } from "../domain/invoke-url.ts";
import type { World } from "../domain/world.ts";
import { isStageRequest, type Request } from "../inputs/request.ts";
import type { Tell } from "../verify/tell.ts";
import { type Course, invokeUrlIn } from "./outcome.ts";
import type { RecordChannel } from "./record.ts";
import { smokeTestLines } from "./text/smoke-tests.ts";
import { watchingDescription, watchLines } from "./text/watch.ts";

type Desk = { readonly request: Request; readonly record: RecordChannel; readonly world: Pick<World, "log"> };

/** What is found of a stage goes into the log at once, and into what is told at the end. */
export const lookingFor = (course: Course, { request, record, world: { log } }: Desk): Tell => ({
  tested: (verdict) => {
    course.smoke = verdict;
    log.group("Smoke tests", smokeTestLines(verdict));
  },
  proven: (stageName, verdict) => {
    // What the target answers is told in its place.
    if (verdict.kind !== "healthy") course.smoke = verdict;
    log.group(`Smoke tests on stage ${stageName}`, smokeTestLines(verdict));
  },
  watching: (watch) => {
    if (!isStageRequest(request)) return;
    const description = watchingDescription(request.stageName, watch);
    log.info(`${description}.`);
    const invokeUrl = invokeUrlIn(request, course);
    void record.show(description, invokeUrl === undefined ? "" : clickableUrl(invokeUrl));
  },
  watched: (verdict) => {
    course.watch = verdict;
    log.group("Watch", watchLines(verdict));
  },
});
