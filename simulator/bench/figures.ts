import { longestChain } from "./chain.ts";
import type { BenchScene, BenchSubject, DeployOptions, MeasuredRun } from "./scene.ts";

/** One more where the kind of the API must be asked first. */
export const chainBudget = ({ input }: Pick<BenchSubject, "input">): number => (input === "api-id" ? 5 : 4);

/**
 * Two look at the stage once more: right before it is pointed, and after; one at the draft, for what a plan warns of. One more
 * with so many comments that ours has to be looked for, one to read the check run, and one to ask both versions of API
 * Gateway for an API of which nobody has said the kind.
 */
export const requestBudget = ({ comments, checkRun, input }: BenchSubject & Pick<DeployOptions, "checkRun">): number =>
  13 + (comments > 0 ? 1 : 0) + (checkRun ? 1 : 0) + (input === "api-id" ? 1 : 0);

export type Figures = {
  /** Of the run that had the most. */
  readonly awsRequests: number;
  readonly githubRequests: number;
  readonly requests: number;
  /** Absent without latency, where it means nothing; see `longestChain`. */
  readonly chain?: number;
  /** Medians, in milliseconds. */
  readonly duration: number;
  /** Of main and post together. */
  readonly bothDurations: number;
  readonly toFirstRequest: number;
};

/**
 * Deploys so many times, each time after `before`. Throws when a deployment does not end as it should: its figures would
 * mean nothing.
 */
export const figuresOf = async (
  scene: BenchScene,
  options: DeployOptions,
  times: number,
  before: () => Promise<void> = async () => {},
): Promise<Figures> => {
  const runs: MeasuredRun[] = [];
  for (let count = 0; count < times; count += 1) {
    await before();
    runs.push(await deployed(scene, options));
  }
  const most = (figure: (run: MeasuredRun) => number): number => Math.max(...runs.map(figure));
  return {
    awsRequests: most(({ aws }) => aws.length),
    githubRequests: most(({ github }) => github.length),
    requests: most(({ aws, github }) => aws.length + github.length),
    ...(options.latency > 0 ? { chain: most(({ aws, github }) => longestChain([...aws, ...github])) } : {}),
    duration: median(runs.map(({ duration }) => duration)),
    bothDurations: median(runs.map(({ duration, postDuration }) => duration + postDuration)),
    toFirstRequest: median(runs.map(({ toFirstRequest }) => toFirstRequest)),
  };
};

const deployed = async (scene: BenchScene, options: DeployOptions): Promise<MeasuredRun> => {
  const measured = await scene.deploy(options);
  const { conclusion, annotations, log } = measured.run;
  const asItShould = conclusion === "success" && annotations.length === 0 && scene.ownComments() === 1;
  if (asItShould) return measured;
  throw new Error(
    `A deployment that is measured ended with ${conclusion}, ${annotations.length} annotations and ${scene.ownComments()} comments:\n${log.join("\n")}`,
  );
};

/** Not a number for an empty list. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
};
