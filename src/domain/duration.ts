/** How long something lasts, as people write it: `90s`, `10m`, `2h`, `7d`. */

const MILLISECONDS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export type DurationUnit = keyof typeof MILLISECONDS;

/** Milliseconds above zero; `undefined` for a text that is no duration in one of the units. */
export const parseDuration = (text: string, units: readonly DurationUnit[]): number | undefined => {
  const [, count = "", unit] = /^([1-9][0-9]{0,4})([smhd])$/.exec(text) ?? [];
  const known = units.find((one) => one === unit);
  return known === undefined ? undefined : Number(count) * MILLISECONDS[known];
};

/** To the second, in at most two units: `2m30s`, `10m`, `1h`; `0s` for nothing. */
export const durationText = (milliseconds: number): string => {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const text = parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`])).join("");
  return text === "" ? "0s" : text;
};
