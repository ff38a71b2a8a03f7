import { notSimulated, validationError } from "./refusals.ts";
import type { Sample } from "./series.ts";

/** A number out of the values of one period, of which there is at least one. */
export type Statistic = (values: readonly number[]) => number;

const sum: Statistic = (values) => values.reduce((total, value) => total + value, 0);

const plain: Readonly<Record<string, Statistic>> = {
  SampleCount: (values) => values.length,
  Sum: sum,
  Average: (values) => sum(values) / values.length,
  Minimum: (values) => values.reduce((least, value) => Math.min(least, value)),
  Maximum: (values) => values.reduce((most, value) => Math.max(most, value)),
};

const percentile =
  (percent: number): Statistic =>
  (values) => {
    const sorted = [...values].sort((one, other) => one - other);
    const rank = (percent / 100) * (sorted.length - 1);
    const below = sorted[Math.floor(rank)] ?? 0;
    const above = sorted[Math.ceil(rank)] ?? below;
    return below + (above - below) * (rank - Math.floor(rank));
  };

/** CloudWatch User Guide, "CloudWatch statistics definitions": those that the simulator does not compute. */
const others = /^(?:IQM|(?:tm|wm|tc|ts|pr)\d+(?:\.\d+)?|(?:TM|WM|PR|TC|TS)\(.*\))$/i;

/**
 * `Average`, `Sum`, `p95`, `p99.9`, …
 *
 * @throws ServiceError 400, and 501 for a statistic that CloudWatch has and the simulator has not
 */
export const statisticNamed = (name: string): Statistic => {
  if (Object.hasOwn(plain, name)) return plain[name] ?? sum;
  const percent = Number(/^p(\d{1,3}(?:\.\d+)?)$/.exec(name)?.[1] ?? Number.NaN);
  if (percent >= 0 && percent <= 100) return percentile(percent);
  if (others.test(name)) throw notSimulated(`the statistic ${name}`);
  throw validationError(`The value ${name} for parameter Stat is not supported.`);
};

/** Data points by the start of their period, oldest first; a period without samples has none. */
export const dataPoints = (samples: readonly Sample[], periodMs: number, statistic: Statistic): Sample[] => {
  const periods = new Map<number, number[]>();
  for (const { at, value } of samples) {
    const start = Math.floor(at / periodMs) * periodMs;
    const values = periods.get(start);
    if (values) values.push(value);
    else periods.set(start, [value]);
  }
  return [...periods].map(([at, values]) => ({ at, value: statistic(values) })).sort((one, other) => one.at - other.at);
};
