import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Exchange, SimulatedResponse } from "../../../simulator/http/exchange.ts";
import { damage, damaged } from "../../damage.ts";
import { yamlWith } from "../../e2e/files.ts";
import { type Ended, type JobSettings, openScene, type Scene } from "../../e2e/scene.ts";
import { inThisProcessBy, leapingClock } from "../../in-process.ts";
import fc from "../../property.ts";
import { type Ending, endings, type Kind, kindsOfGateway, kindsOfGitHub, silences } from "./kinds.ts";
import { addForeign, type Before, brokenAfter, type End, endOf, lookBefore } from "./promises.ts";
import type { Story } from "./story.ts";

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
  const scene = await openScene(story.kind === undefined ? {} : { kind: story.kind });
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
    const { conclusion } = await play({ rerunOf: first.run, ...later(story) });
    return { requests, conclusion, end: endOf(scene, before) };
  } finally {
    await scene.close();
  }
};

/** Of the thirty lookups of a status, which differ in a name alone, the first and the last stand for all. */
const isOneOfMany = ({ operation, nth }: Request, requests: readonly Request[]): boolean =>
  operation === "LookupEvents" && nth > 0 && requests.some((other) => other.operation === operation && other.nth > nth);

/** All cases of a story. */
export const casesOf = async (story: Story): Promise<readonly Case[]> => {
  const { requests } = await cleanRun(story);
  return requests
    .filter((request) => !isOneOfMany(request, requests))
    .flatMap((request) => {
      const kinds = request.service === "gateway" ? kindsOfGateway : kindsOfGitHub;
      // How long a smoke test waits is for its own tests.
      const mayBeSilent = !request.operation.startsWith("Invoke");
      return [
        ...[...kinds, ...(mayBeSilent ? silences : [])]
          .filter(({ only }) => only?.test(request.operation) ?? true)
          .map((kind) => ({ story, request, fault: { kind } })),
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

/** Silence is real time. What is asked again is as good as what was answered late. */
const impatient = inThisProcessBy(() => leapingClock(), { connection: 5000, request: 1500, slow: 2500, github: 1500 });

const playFault = (set: Setting, { service, operation, nth }: Request, kind: Kind): Promise<Ended> => {
  const { effect, forGood } = kind;
  set.scene[service].server.faults.add({ operation, skip: nth, times: forGood === true ? 10_000 : 1, effect });
  return set.play(silences.includes(kind) ? { runner: { runScript: impatient } } : {});
};

/** For the run that is the same again. */
const later = ({ againAfter = 0 }: Story): JobSettings => ({
  runner: { runScript: inThisProcessBy(() => leapingClock(againAfter)) },
});

/** Longer than any run may take that waits in leaps, on a machine that has other work, too. */
const PATIENCE = 600_000;

const inTime = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    wait(PATIENCE, undefined, { ref: false }).then(() => {
      throw new Error("I14: the run did not end");
    }),
  ]);

const playCase = (set: Setting, { request, fault }: Case): Promise<Ended> =>
  "kind" in fault ? playFault(set, request, fault.kind) : playEnded(set, request, fault.ending);

/** Whether a record may be left for the next run to close: GitHub did not answer, or there was no post. */
const recordsMayStay = ({ request, fault }: Case): boolean =>
  "kind" in fault ? request.service === "github" : fault.ending === "SIGKILL without post";

/**
 * What GitHub refused to take, or a process that was killed had no time for, is not told again by the next run where it
 * is about another stage, or changed nothing any more; a deployment that nobody serves may be left. The stages are as ever.
 */
const restMayDiffer = ({ request, fault }: Case): boolean =>
  "kind" in fault ? request.service === "github" : fault.ending.startsWith("SIGKILL");

const brokenAtTheEnd = (end: End, clean: End, lenient: boolean): readonly string[] => {
  const wanted = lenient ? { ...clean, rest: end.rest } : clean;
  return isDeepStrictEqual(end, wanted)
    ? []
    : [`I5: run again, it ended at ${JSON.stringify(end)}, not ${JSON.stringify(wanted)}`];
};

type Trial = {
  readonly story: Story;
  readonly isTold: boolean;
  readonly disturbed: (set: Setting) => Promise<Ended>;
  readonly recordsMayStay: boolean;
  readonly restMayDiffer: boolean;
};

/** What does not hold after the disturbed run and after the same run again, as sentences. */
const playTrial = async ({ story, disturbed, isTold, ...lenient }: Trial): Promise<readonly string[]> => {
  const clean = await cleanRun(story);
  const set = await setUp(story);
  const { scene, before } = set;
  try {
    const run = await inTime(disturbed(set));
    const broken = brokenAfter(scene, before, run, lenient);
    for (const service of ["gateway", "github"] as const) {
      scene[service].server.faults.clear();
      scene[service].server.gate = undefined;
    }
    const again = await inTime(set.play({ rerunOf: run.run, ...later(story) }));
    return [
      ...broken,
      ...(isTold && run.conclusion === "success" ? ["I6: the run lost its stage to another, and did not say so"] : []),
      ...(again.conclusion === clean.conclusion ? [] : [`I5: run again, it ended as ${again.conclusion}`]),
      ...brokenAtTheEnd(endOf(scene, before), clean.end, lenient.restMayDiffer),
    ];
  } catch (thrown) {
    return [thrown instanceof Error ? thrown.message : String(thrown)];
  } finally {
    await scene.close();
  }
};

/** What does not hold in this case, as sentences. */
export const play = (one: Case): Promise<readonly string[]> =>
  playTrial({
    story: one.story,
    disturbed: (set) => playCase(set, one),
    isTold: "kind" in one.fault && one.fault.kind.isTold === true,
    recordsMayStay: recordsMayStay(one),
    restMayDiffer: restMayDiffer(one),
  });

/** One in so many answers of a run is damaged: few, so that it gets far, or many, so that what is repeated is, too. */
const damagedOneIn = (seed: number): number => (seed % 2 === 0 ? 6 : 2);

/** A number for the request that is the same in each run, in whatever order requests come. */
const numberOf = (seed: number, ...of: readonly (string | number)[]): number =>
  createHash("sha256")
    .update([seed, ...of].join("\n"))
    .digest()
    .readInt32BE();

/** What does not hold when answers of both services are damaged at random, evidently, all through the run. */
export const playDamaged = (story: Story, seed: number): Promise<readonly string[]> =>
  playTrial({
    story,
    disturbed: ({ scene, play: playStory }) => {
      for (const service of ["gateway", "github"] as const) {
        let count = 0;
        const change = (response: SimulatedResponse): SimulatedResponse => {
          count += 1;
          const number = numberOf(seed, service, count);
          if (number % damagedOneIn(seed) !== 0) return response;
          const [damages = []] = fc.sample(damage, { seed: number, numRuns: 1 });
          // AWS leaves out what has no value, so that nobody can miss it.
          const limits = { evident: true, missing: service === "github" };
          return { ...response, body: damaged(String(response.body), damages, limits) };
        };
        scene[service].server.faults.add({ times: 10_000, effect: { kind: "change", change } });
      }
      return playStory();
    },
    isTold: false,
    recordsMayStay: true,
    restMayDiffer: true,
  });

/** So many at once: most of a run is waiting for answers. */
const AT_ONCE = 6;

export type Finding = { readonly name: string; readonly broken: readonly string[] };

export const playAll = async <T>(
  cases: readonly T[],
  nameOf: (one: T) => string,
  play: (one: T) => Promise<readonly string[]>,
): Promise<readonly Finding[]> => {
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

/** Plays those of the story's cases, by their number of so many. */
export const sweepStory = async (
  story: Story,
  isPlayed: (number: number, cases: number) => boolean,
): Promise<{ readonly cases: number; readonly played: number; readonly findings: readonly Finding[] }> => {
  const all = await casesOf(story);
  const some = all.filter((_, index) => isPlayed(index, all.length));
  return { cases: all.length, played: some.length, findings: await playAll(some, nameOf, play) };
};
