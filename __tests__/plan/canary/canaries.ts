import { ownerTags } from "../../../src/domain/owner.ts";
import type { Canary, Stage } from "../../../src/domain/stage.ts";
import { type CanaryIntent, intentTag } from "../../../src/plan/canary/intent.ts";
import { aStage } from "../../requests.ts";

/** A stage `prod` of ours that serves `old111`, with a canary of 10 % on `new222` and the tag that explains it. */

export const address = { restApiId: "a1b2c3d4e5", stageName: "prod" };
export const NOW = 1_800_000_000_000;

export const aCanary = (changes: Partial<Canary> = {}): Canary => ({
  deploymentId: "new222",
  percentTraffic: 10,
  overrides: {},
  useStageCache: false,
  ...changes,
});

export const anIntent = (changes: Partial<CanaryIntent> = {}): CanaryIntent => ({
  repositoryId: "42",
  runId: "9001",
  canary: "new222",
  base: "old111",
  step: 1,
  percent: 10,
  since: NOW - 3_600_000,
  until: NOW + 3_600_000,
  atEnd: "abort",
  failed: 0,
  ...changes,
});

export const prod = (
  canary: Canary | undefined,
  intent: CanaryIntent | undefined,
  changes: Partial<Stage> = {},
): Stage =>
  aStage({
    name: "prod",
    canary,
    tags: {
      ...ownerTags({ repositoryId: "42", pullRequest: undefined }, address),
      ...(intent === undefined ? {} : intentTag(intent, address)),
    },
    ...changes,
  });
