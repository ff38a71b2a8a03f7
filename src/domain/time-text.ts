/** Points in time (milliseconds since 1970) for people, in UTC. */

/** `2026-01-01T12:03:04Z`. */
export const secondText = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** `2026-01-01 12:03 UTC`. */
export const minuteText = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
