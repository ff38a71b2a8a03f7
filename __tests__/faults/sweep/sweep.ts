import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Exchange } from "../../../simulator/http/exchange.ts";
import { yamlWith } from "../../e2e/files.ts";
import { type Ended, type JobSettings, openScene, type Scene } from "../../e2e/scene.ts";
import { type Ending, endings, hang, type Kind, kindsOfGateway, kindsOfGitHub } from "./kinds.ts";
import { addForeign, type Before, brokenAfter, type End, endOf, lookBefore } from "./promises.ts";
import type { Story } from "./stories.ts";

/** Every story, with one fault at every one of its requests; then the same run again, undisturbed. */

type ServiceName = "gateway" | "github";
type Request = { readonly service: ServiceName; readonly operation: string; readonly nth: number };

export type Case = {
  readonly story: Story;
  readonly request: Request;
  readonly fault: { readonly kind: Kind } | { readonly ending: Ending };
};

export const nameOf = ({ story, request, fault }: Case): string =>
  `${story.name}, ${request.operation} (${request.nth + 1}): ${"kind" in fault ? fault.kind.name : fault.ending}`;

const workspace = mkdtempSync(join(tmpdir(), "fault-sweep-"));
writeFileSync(join(workspace, "api.yml"), yamlWith({ "GET /orders": {}, "GET /pets": {} }));

type Setting = {
  readonly scene: Scene;
  readonly before: Before;
  readonly seen: Readonly<Record<ServiceName, number>>;
  readonly play: (job?: JobSettings) => Promise<Ended>;
};

const setUp = async (story: Story): Promise<Setting> => {
  const scene = await openScene();
  addForeign(scene);
  const play = await story.prepare(scene, workspace);
  const seen = {
    gateway: scene.gateway.server.exchanges.length,
    github: scene.github.server.exchanges.length,
  };
  return { scene, before: lookBefore(scene), seen, play };
};

const requestsOf = (service: ServiceName, exchanges: readonly Exchange[]): Request[] =>
  exchanges.map(({ operation }, index) => ({
    service,
    operation,
    nth: exchanges.slice(0, index).filter((earlier) => earlier.operation === operation).length,
  }));

type Clean = { readonly requests: readonly Request[]; readonly conclusion: string; readonly end: End };

const cleanRuns = new Map<Story, Promise<Clean>>();

/** How the story goes when nothing goes wrong, run twice: what the second leaves is where every other must arrive. */
const cleanRun = (story: Story): Promise<Clean> => {
  const known = cleanRuns.get(story) ?? playCleanly(story);
  cleanRuns.set(story, known);
  return known;
};

const playCleanly = async (story: Story): Promise<Clean> => {
  const { scene, before, seen, play } = await setUp(story);
  try {
    const first = await play();
    const requests = (["gateway", "github"] as const).flatMap((service) =>
      requestsOf(service, scene[service].server.exchanges.slice(seen[service])),
    );
    if (requests.length < 8) throw new Error(`${story.name} ended early: ${first.text}`);
    const broken = brokenAfter(scene, before, first, { recordsMayStay: false });
    if (broken.length > 0) throw new Error(`${story.name}: ${broken.join("; ")}\n${first.text}`);
    const { conclusion } = await play({ rerunOf: first.run });
    return { requests, conclusion, end: endOf(scene, before) };
  } finally {
    await scene.close();
  }
};

/** All cases of a story. */
export const casesOf = async (story: Story): Promise<readonly Case[]> => {
  const { requests } = await cleanRun(story);
  return requests.flatMap((request) => {
    const kinds = request.service === "gateway" ? kindsOfGateway : kindsOfGitHub;
    const isWrite = request.service === "gateway" && !/^(?:Get|Describe|Invoke)/.test(request.operation);
    return [
      ...[...kinds, ...(isWrite ? [hang] : [])].map((kind) => ({ story, request, fault: { kind } })),
      ...endings.map((ending) => ({ story, request, fault: { ending } })),
    ];
  });
};

/** Calls back at the request, which then waits for what the callback promises. */
const atRequest = ({ scene, seen }: Setting, { service, operation, nth }: Request, then: () => Promise<void>): void => {
  const { server } = scene[service];
  let left = nth;
  server.gate = async (exchange) => {
    if (exchange.number <= seen[service] || exchange.operation !== operation) return;
    left -= 1;
    if (left === -1) await then();
  };
};

const never = (): Promise<void> => new Promise(() => {});

/** Plays the run with its end from outside. A killed process asks nothing more: what it sent is held for good. */
const playEnded = async (set: Setting, request: Request, ending: Ending): Promise<Ended> => {
  const { scene, play } = set;
  const stop = new AbortController();
  const isKill = ending.startsWith("SIGKILL");
  atRequest(set, request, async () => {
    stop.abort();
    if (!isKill) return;
    scene.gateway.server.gate = never;
    if (request.service === "github") scene.github.server.gate = undefined;
    await never();
  });
  const runner = { times: { interrupt: 60_000, terminate: 1, orphans: 1 } };
  if (ending === "SIGKILL without post") return play({ runner: { ...runner, loseRunner: stop.signal } });
  return play(isKill ? { kill: stop.signal, runner } : { runner: { ...runner, cancel: stop.signal } });
};

const playFault = (set: Setting, { service, operation, nth }: Request, { effect, forGood }: Kind): Promise<Ended> => {
  set.scene[service].server.faults.add({ operation, skip: nth, times: forGood === true ? 10_000 : 1, effect });
  return set.play();
};

/** Longer than any run may take that waits in leaps. */
const PATIENCE = 120_000;

const inTime = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    wait(PATIENCE, undefined, { ref: false }).then(() => {
      throw new Error("I14: the run did not end");
    }),
  ]);

const playCase = async (set: Setting, { request, fault }: Case): Promise<Ended> =>
  inTime("kind" in fault ? playFault(set, request, fault.kind) : playEnded(set, request, fault.ending));

/** Whether a record may be left for the next run to close: GitHub did not answer, or there was no post. */
const recordsMayStay = ({ request, fault }: Case): boolean =>
  "kind" in fault ? request.service === "github" : fault.ending === "SIGKILL without post";

/**
 * What GitHub refused to take, or a process that was killed had no time for, is not told again by the next run where it
 * is about another stage, or changed nothing any more; a deployment that nobody serves may be left. The stages are as ever.
 */
const restMayDiffer = ({ request, fault }: Case): boolean =>
  "kind" in fault ? request.service === "github" : fault.ending.startsWith("SIGKILL");

const brokenAtTheEnd = (one: Case, end: End, clean: End): readonly string[] => {
  const wanted = restMayDiffer(one) ? { ...clean, rest: end.rest } : clean;
  return isDeepStrictEqual(end, wanted)
    ? []
    : [`I5: run again, it ended at ${JSON.stringify(end)}, not ${JSON.stringify(wanted)}`];
};

/** What does not hold in this case, as sentences; the log is the run's. */
export const play = async (one: Case): Promise<readonly string[]> => {
  const clean = await cleanRun(one.story);
  const set = await setUp(one.story);
  const { scene, before } = set;
  try {
    const run = await playCase(set, one);
    const broken = brokenAfter(scene, before, run, { recordsMayStay: recordsMayStay(one) });
    for (const service of ["gateway", "github"] as const) {
      scene[service].server.faults.clear();
      scene[service].server.gate = undefined;
    }
    const again = await inTime(set.play({ rerunOf: run.run }));
    return [
      ...broken,
      ...(again.conclusion === clean.conclusion ? [] : [`I5: run again, it ended as ${again.conclusion}`]),
      ...brokenAtTheEnd(one, endOf(scene, before), clean.end),
    ];
  } catch (thrown) {
    return [thrown instanceof Error ? thrown.message : String(thrown)];
  } finally {
    await scene.close();
  }
};

/** So many at once: most of a run is waiting for answers. */
const AT_ONCE = 6;

export type Finding = { readonly name: string; readonly broken: readonly string[] };

export const playAll = async (cases: readonly Case[]): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  const queue = [...cases];
  const worker = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      const broken = await play(one);
      if (broken.length > 0) findings.push({ name: nameOf(one), broken });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return findings;
};

/** Plays every n-th of the story's cases. */
export const sweepStory = async (
  story: Story,
  every: number,
): Promise<{ readonly cases: number; readonly played: number; readonly findings: readonly Finding[] }> => {
  const all = await casesOf(story);
  const some = all.filter((_, index) => index % every === 0);
  return { cases: all.length, played: some.length, findings: await playAll(some) };
};
