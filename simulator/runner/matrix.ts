import { type Contexts, evaluate } from "./expressions.ts";

/** One variation of a job: what the contexts `matrix` and `strategy` hold for it. */
export type Variation = {
  readonly matrix: Contexts;
  readonly strategy: {
    readonly "fail-fast": boolean;
    readonly "job-index": number;
    readonly "job-total": number;
    readonly "max-parallel": number;
  };
};

type Combination = Readonly<Record<string, unknown>>;

/** More than these, and GitHub does not start the run ("Running variations of jobs in a workflow", GitHub docs). */
const MOST_JOBS = 256;

/** Of a job, with its values (actions/runner, JobNameBuilder). */
const LONGEST_NAME = 100;

/** What a strategy may name before there is any variation. */
const names = ["github", "inputs", "vars", "needs"];

/**
 * The variations of a job by its `strategy`, in the order in which GitHub numbers them ("Running variations of jobs in a
 * workflow", GitHub docs). Throws for what is no strategy, and where there is nothing to run.
 */
export const variationsOf = (strategy: unknown, contexts: Contexts, place: string): readonly Variation[] => {
  const { matrix, "fail-fast": failFast = true, "max-parallel": most, ...others } = mapping(strategy, place);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`${place}: '${unknown}' is unknown or not simulated`);
  const combinations = combinationsOf(mapping(evaluated(matrix, contexts), `${place}.matrix`), place);
  if (combinations.length === 0) throw new Error(`${place}.matrix: Matrix vector does not contain any values`);
  if (combinations.length > MOST_JOBS) throw new Error(`${place}.matrix: more than ${MOST_JOBS} jobs`);
  return combinations.map((combination, index) => ({
    matrix: combination,
    strategy: {
      "fail-fast": evaluated(failFast, contexts) !== false,
      "job-index": index,
      "job-total": combinations.length,
      "max-parallel": Number(evaluated(most, contexts) ?? combinations.length),
    },
  }));
};

/** How GitHub shows a variation: `deploy (orders, eu-central-1)`, of at most 100 characters. */
export const nameOf = (name: string, variation: Variation): string => {
  const whole = withValues(name, variation);
  return whole.length > LONGEST_NAME ? `${whole.slice(0, LONGEST_NAME - 3)}...` : whole;
};

/** Different ones for all variations of a job, even those with the same values. */
export const keysOf = (id: string, variations: readonly Variation[]): readonly string[] => {
  const keys = new Set<string>();
  for (const variation of variations) {
    const key = withValues(id, variation);
    const again = Array.from({ length: keys.size }, (_, index) => `${key} ${index + 2}`);
    keys.add([key, ...again].find((candidate) => !keys.has(candidate)) ?? key);
  }
  return [...keys];
};

const withValues = (name: string, { matrix }: Variation): string => {
  const values = scalarsIn(matrix);
  return values.length === 0 ? name : `${name} (${values.join(", ")})`;
};

/** As far as they say something: nulls and empty texts are left out (actions/runner, MatrixBuilder). */
const scalarsIn = (value: unknown): readonly string[] => {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(scalarsIn);
  return value === null || value === undefined || value === "" ? [] : [String(value)];
};

const evaluated = (value: unknown, contexts: Contexts): unknown => {
  if (typeof value === "string") return evaluate(value, contexts, { names });
  if (Array.isArray(value)) return value.map((item) => evaluated(item, contexts));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, evaluated(member, contexts)]));
};

const combinationsOf = (matrix: Combination, place: string): readonly Combination[] => {
  const { include = [], exclude = [], ...vectors } = matrix;
  const excluded = list(exclude, `${place}.matrix.exclude`);
  const product = Object.entries(vectors).reduce<readonly Combination[]>(
    (combinations, [name, values]) =>
      combinations.flatMap((one) =>
        list(values, `${place}.matrix.${name}`).map((value) => ({ ...one, [name]: value })),
      ),
    Object.keys(vectors).length === 0 ? [] : [{}],
  );
  const kept = product.filter((one) => !excluded.some((other) => agrees(one, mapping(other, place), Object.keys)));
  const originals = Object.keys(vectors);
  return list(include, `${place}.matrix.include`).reduce<readonly Combination[]>(
    (combinations, item) => included(combinations, mapping(item, place), originals),
    kept,
  );
};

/** Adds to every combination whose original values it does not change; to none: a combination of its own. */
const included = (
  combinations: readonly Combination[],
  item: Combination,
  originals: readonly string[],
): readonly Combination[] => {
  const fits = (one: Combination): boolean =>
    originals.some((name) => name in one) && agrees(one, item, (other) => originals.filter((name) => name in other));
  return combinations.some(fits)
    ? combinations.map((one) => (fits(one) ? { ...one, ...item } : one))
    : [...combinations, item];
};

const agrees = (one: Combination, other: Combination, names: (other: Combination) => readonly string[]): boolean =>
  names(other).every((name) => JSON.stringify(one[name]) === JSON.stringify(other[name]));

const list = (value: unknown, place: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new Error(`${place}: Expected a sequence`);
  return value;
};

const mapping = (value: unknown, place: string): Combination => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${place}: Expected a mapping`);
  return value as Combination;
};
