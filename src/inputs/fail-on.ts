/** The values of `fail-on`. */
export const FAIL_ON = ["auth-weakened", "route-removed", "settings-removed"] as const;

export type FailOn = (typeof FAIL_ON)[number];
