import { createHash } from "node:crypto";
import { boundTo, type StageAddress } from "../../domain/owner.ts";
import { minuteText } from "../../domain/time-text.ts";
import { declaredLeaves, type StageWish } from "../../inputs/settings/resolve.ts";
import type { SettingChange } from "./change.ts";

/**
 * Whether somebody else has changed a stage's settings. A stage that is other than declared does not tell whether the
 * stage or the declaration has changed; so a run that leaves a stage as declared writes a digest of the declaration in a
 * tag. Where the same is declared still and the stage is other, the stage was changed. A run that changes settings by
 * another declaration writes that one's digest. What nobody has written down is not taken for a change.
 */

const SETTINGS_TAG = "apigw-stage-action:settings";

const TAG = /^(\S+) ([0-9a-f]{16})@([0-9]{1,12})$/;

/** `at`: milliseconds since 1970, in whole seconds. */
export type Applied = { readonly digest: string; readonly at: number };

/** Stands where the stage's settings are by no declaration that is known. */
export const OF_OTHERS = "-";

/** `digest`: or OF_OTHERS. */
export const appliedTag = (digest: string, at: number, address: StageAddress): Record<string, string> => ({
  [SETTINGS_TAG]: `${boundTo(address)} ${digest}@${Math.floor(at / 1000)}`,
});

export const hasAppliedTag = (tags: Readonly<Record<string, string>>): boolean => tags[SETTINGS_TAG] !== undefined;

/** What the tags of the stage at `address` say; `undefined` without a tag that was written for it. */
export const appliedIn = (tags: Readonly<Record<string, string>>, address: StageAddress): Applied | undefined => {
  const [, bound, digest, seconds] = TAG.exec(tags[SETTINGS_TAG] ?? "") ?? [];
  return bound === boundTo(address) && digest !== undefined ? { digest, at: Number(seconds) * 1000 } : undefined;
};

/** What is not sent with the pointer, and may stay behind when a run fails after it. */
const BESIDE = /^(?:tags|usage-plans|web-acl|canary)(?:\.|$)/;

/** `undefined` where nothing is declared. Nothing secret goes into it: masked values count by their names alone. */
export const digestOf = (wanted: StageWish): string | undefined => {
  const leaves = declaredLeaves(wanted)
    .filter(({ setting }) => !BESIDE.test(setting))
    .map(({ setting, value }) => [setting, value])
    .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1));
  const text = JSON.stringify([leaves, [...(wanted.resetRoutes ?? [])].sort()]);
  return leaves.length === 0 ? undefined : createHash("sha256").update(text).digest("hex").slice(0, 16);
};

/** `changes`: what the stage has otherwise than is declared now. */
export const changedByOthers = (
  { name, tags }: { readonly name: string; readonly tags: Readonly<Record<string, string>> },
  restApiId: string,
  wanted: StageWish,
  changes: readonly SettingChange[],
): readonly string[] => {
  const applied = appliedIn(tags, { restApiId, stageName: name });
  if (applied === undefined || applied.digest !== digestOf(wanted)) return [];
  const settings = changes.filter(({ setting, masked }) => !masked && !BESIDE.test(setting)).map((one) => one.setting);
  return settings.length === 0
    ? []
    : [
        `Somebody has changed settings of stage ${name} since ${minuteText(applied.at)}, when a run of this action left them as they are declared still: ${[...new Set(settings)].join(", ")}. This run sets them as declared again; declare what is meant to stay.`,
      ];
};
