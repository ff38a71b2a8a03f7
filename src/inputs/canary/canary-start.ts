import type { InputReader } from "../reader.ts";
import type { StageWish } from "../settings/resolve.ts";
import type { Target } from "../target.ts";
import type { WatchRules } from "../watch.ts";
import { readStartPercent } from "./canary-percent.ts";
import { type CanaryStart, readPolicy } from "./policy.ts";

/** The alarms that a canary is judged by must be quiet before it starts, as before a pointing. */
export const readCanaryStart = (
  read: InputReader,
  { previewOf }: Pick<Target, "previewOf">,
  { settings, watch }: { readonly settings: StageWish; readonly watch: WatchRules },
): { readonly canary: CanaryStart | undefined; readonly watch: WatchRules } => {
  const percent = readStartPercent(read, previewOf);
  if (percent === undefined) return { canary: undefined, watch };
  const policy = readPolicy(read, settings, watch.alarms);
  return { canary: { percent, policy }, watch: { ...watch, alarms: policy.alarms } };
};
