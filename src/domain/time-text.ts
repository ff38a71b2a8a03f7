/** Points in time (milliseconds since 1970) for people, in UTC. */

/** `2026-01-01T12:03:04Z`. */
export const secondText = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** `2026-01-01 12:03 UTC`. */
export const minuteText = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

const UNITS = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
] as const;

/** How long ago something was, in the largest unit that it fills: `3 days`, `1 hour`, `0 minutes`. */
export const ageText = (milliseconds: number): string => {
  const [size, unit] = UNITS.find(([length]) => milliseconds >= length) ?? [60_000, "minute"];
  const count = Math.max(0, Math.floor(milliseconds / size));
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
};
