import type { ErrorPlace } from "../domain/errors.ts";
import { MASK } from "./settings/secret-names.ts";

/** One thing that is wrong with the inputs. `message` is a whole sentence with what is allowed and an example. */
export type InputProblem = { readonly input: string; readonly value: string; readonly message: string };

/** Inputs by name as the runner gives them: trimmed text, empty when not given. */
export type RawInputs = (name: string) => string;

/** Reads inputs one by one and collects what is wrong with them, so that all of it is reported together. */
export type InputReader = {
  readonly problems: readonly InputProblem[];
  readonly places: readonly ErrorPlace[];
  readonly report: (input: string, message: string) => void;
  /** The value is not told. */
  readonly reportSecret: (input: string, message: string) => void;
  readonly reportPlace: (place: ErrorPlace) => void;
  /** Text, or `undefined` when not given. */
  readonly text: (input: string) => string | undefined;
  /** Text that must match; `rule` ends the sentence "It must be …". */
  readonly matching: (input: string, pattern: RegExp, rule: string) => string | undefined;
  readonly oneOf: <T extends string>(input: string, allowed: readonly T[], fallback: T) => T;
  readonly boolean: (input: string, fallback: boolean) => boolean;
  readonly positiveInteger: (input: string) => number | undefined;
};

/** `known`: problems found before, which are reported first. */
export const inputReader = (raw: RawInputs, known: readonly InputProblem[] = []): InputReader => {
  const problems: InputProblem[] = [...known];
  const places: ErrorPlace[] = [];
  const report = (input: string, message: string): void => {
    problems.push({ input, value: raw(input), message });
  };
  const text = (input: string): string | undefined => raw(input) || undefined;
  const matching = (input: string, pattern: RegExp, rule: string): string | undefined => {
    const value = text(input);
    if (value === undefined || pattern.test(value)) return value;
    report(input, `It must be ${rule}.`);
    return undefined;
  };
  return {
    problems,
    places,
    report,
    reportSecret: (input, message) => problems.push({ input, value: MASK, message }),
    reportPlace: (place) => places.push(place),
    text,
    matching,
    oneOf: (input, allowed, fallback) => {
      const value = text(input);
      if (value === undefined) return fallback;
      const found = allowed.find((candidate) => candidate === value);
      if (found === undefined) report(input, `It must be one of ${allowed.join(", ")}.`);
      return found ?? fallback;
    },
    // The spellings of YAML 1.2's core schema, which the toolkit's getBooleanInput accepts too.
    boolean: (input, fallback) => {
      const value = matching(input, /^(?:true|True|TRUE|false|False|FALSE)$/, "true or false");
      return value === undefined ? fallback : value.toLowerCase() === "true";
    },
    positiveInteger: (input) => {
      const value = matching(input, /^[1-9][0-9]{0,14}$/, "a whole number above zero, for example 12");
      return value === undefined ? undefined : Number(value);
    },
  };
};
