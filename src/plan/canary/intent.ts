import { boundTo, type StageAddress } from "../../domain/owner.ts";
import { readableMark } from "../../domain/read-back.ts";

/**
 * What a canary of ours is meant to do: one tag of its stage. The stage is the truth, the tag explains it: whose the
 * canary is, what it was compared with, which step it is at, and when it must have ended.
 */
export type CanaryIntent = {
  readonly repositoryId: string;
  readonly runId: string;
  /** The canary's deployment. */
  readonly canary: string;
  /** What the stage served when the canary was started. */
  readonly base: string;
  /** Which of the policy's steps it is at, from 1; 0 for a share that was set by hand. */
  readonly step: number;
  readonly percent: number;
  /** When that share was set; milliseconds since 1970, in whole seconds. */
  readonly since: number;
  /** When the canary must have ended; as above. */
  readonly until: number;
  /** What the next run does after that. */
  readonly atEnd: "abort" | "hold";
  /** Checks of this step that have failed. */
  readonly failed: number;
};

export const CANARY_TAG = "apigw-stage-action:canary";

const FORMAT = "v1";
const INTENT =
  /^v1 (of=[0-9a-f]{16}) canary=([a-z0-9]{1,64}) base=([a-z0-9]{1,64}) step=([0-9]{1,3}) share=([0-9]{1,3}(?:\.[0-9]+)?) since=([0-9]{1,12}) until=([0-9]{1,12}) end=(abort|hold) failed=([0-9]{1,3}) run=([0-9]+)\/([0-9]+)$/;

const secondsOf = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** The tag for the stage at `address`. Throws for an intent that could not be read back. */
export const intentTag = (intent: CanaryIntent, address: StageAddress): Record<string, string> => {
  const since = secondsOf(intent.since);
  const until = secondsOf(intent.until);
  const value =
    `${FORMAT} ${boundTo(address)} canary=${intent.canary} base=${intent.base} step=${intent.step} share=${intent.percent} ` +
    `since=${since} until=${until} end=${intent.atEnd} failed=${intent.failed} run=${intent.repositoryId}/${intent.runId}`;
  const meant = { ...intent, since: since * 1000, until: until * 1000 };
  return { [CANARY_TAG]: readableMark(value, (text) => readIntent({ [CANARY_TAG]: text }, address), meant) };
};

/** The intent that was written for the very stage at `address`; `undefined` without one. */
export const readIntent = (tags: Readonly<Record<string, string>>, address: StageAddress): CanaryIntent | undefined => {
  const [, bound, canary, base, step, percent, since, until, atEnd, failed, repositoryId, runId] =
    INTENT.exec(tags[CANARY_TAG] ?? "") ?? [];
  if (bound !== boundTo(address) || !canary || !base || !repositoryId || !runId) return undefined;
  return {
    repositoryId,
    runId,
    canary,
    base,
    step: Number(step),
    percent: Number(percent),
    since: Number(since) * 1000,
    until: Number(until) * 1000,
    atEnd: atEnd === "hold" ? "hold" : "abort",
    failed: Number(failed),
  };
};
