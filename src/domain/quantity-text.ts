/** Numbers for people. */

/** `1,234`. */
export const countText = (count: number): string => count.toLocaleString("en-US");

/** `1 request`, `1,234 requests`. */
export const requestsText = (count: number): string => `${countText(count)} ${count === 1 ? "request" : "requests"}`;

/** A part from 0 to 1 in per cent, with two significant digits below one per cent, and two decimals above. */
export const percentText = (part: number): string => {
  const value = part * 100;
  return `${value >= 1 ? Number(value.toFixed(2)) : Number(value.toPrecision(2))}%`;
};

/** `80 ms`, `1.25 s`. */
export const millisecondsText = (value: number): string =>
  value >= 1000 ? `${Number((value / 1000).toFixed(2))} s` : `${Math.round(value)} ms`;
