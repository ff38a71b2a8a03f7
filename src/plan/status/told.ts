import type { Unknown } from "./status.ts";

/** What is known of a member: its value, or why it is not known, as a piece of a sentence. */
export type Told<T> = { readonly value: T } | { readonly unknown: string };

type Values<T> = { readonly [K in keyof T]: T[K] extends Told<infer V> ? V | null : never };

/** Splits what is known from why the rest is not. */
export const taken = <T extends Readonly<Record<string, Told<unknown>>>>(
  told: T,
): { readonly values: Values<T>; readonly unknown: Unknown } => {
  const entries = Object.entries(told);
  return {
    values: Object.fromEntries(entries.map(([name, one]) => [name, "value" in one ? one.value : null])) as Values<T>,
    unknown: Object.fromEntries(entries.flatMap(([name, one]) => ("unknown" in one ? [[name, one.unknown]] : []))),
  };
};

export const orUnknown = <T>(value: T | undefined, because: string): Told<T> =>
  value === undefined ? { unknown: because } : { value };
