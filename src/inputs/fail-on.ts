/** The values of `fail-on`. */
export const FAIL_ON = ["auth-weakened", "route-removed"] as const;

export type FailOn = (typeof FAIL_ON)[number];
