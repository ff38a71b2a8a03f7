import type { InputReader } from "../reader.ts";

const INPUT = "canary-percent";

/** A share in per cent, from 0 to 100; `undefined` when not given. API Gateway's own smallest step is not documented. */
export const readCanaryPercent = (read: InputReader): number | undefined => {
  const value = read.matching(
    INPUT,
    /^(?:100|[1-9]?[0-9])(?:\.[0-9])?$/,
    "a share of the traffic in per cent, from 0 to 100 with at most one decimal, for example 10",
  );
  const percent = value === undefined ? undefined : Number(value);
  if (percent === undefined || percent <= 100) return percent;
  read.report(INPUT, "It must be at most 100.");
  return undefined;
};

/** The share to start a canary with. All of the traffic, or none of it, is no canary's. */
export const readStartPercent = (read: InputReader, previewOf: number | undefined): number | undefined => {
  const percent = readCanaryPercent(read);
  if (percent === undefined) return undefined;
  if (previewOf !== undefined) {
    read.report(INPUT, "A preview belongs to one pull request and gets no canary: leave it out.");
  }
  if (percent === 0 || percent === 100) {
    read.report(
      INPUT,
      "To start a canary it must be above 0 and below 100, for example 10. 100 and 0 end one: with command: canary.",
    );
    return undefined;
  }
  return percent;
};

/** For commands that know nothing of canaries. */
export const refuseCanaryPercent = (read: InputReader): void => {
  if (read.text(INPUT) !== undefined) {
    read.report(INPUT, "It goes with the commands deploy, promote and canary only: leave it out.");
  }
};
