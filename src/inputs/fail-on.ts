import type { InputReader } from "./reader.ts";

/** The values of `fail-on`. */
export const FAIL_ON = ["auth-weakened", "route-removed", "settings-removed", "breaking"] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** Those of `command: status`. */
export const STATUS_FAIL_ON = ["drift", "undeployed", "undeployed-routes"] as const;

export type StatusCondition = (typeof STATUS_FAIL_ON)[number];

/** The conditions that `fail-on` names, in the order of those that are allowed. */
export const readConditions = <T extends string>(read: InputReader, allowed: readonly T[]): readonly T[] => {
  const names = (read.text("fail-on") ?? "").split(/[\s,]+/).filter((name) => name !== "");
  if (names.some((name) => !allowed.some((one) => one === name))) {
    read.report(
      "fail-on",
      `It must be a list of ${allowed.join(", ")}, for example ${allowed.slice(0, 2).join(", ")}.`,
    );
  }
  return allowed.filter((name) => names.includes(name));
};
