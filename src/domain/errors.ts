import { type Acted, type ErrorCode, type ErrorKind, register } from "./error-register.ts";

export type { Acted, ErrorCode, ErrorKind } from "./error-register.ts";

/** A place in a file that an error is about; lines and columns begin at 1. */
export type ErrorPlace = {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly message: string;
  /** `warning`: what stands beside the error without being one. `note`: good to know. Absent for errors. */
  readonly level?: "warning" | "note";
};

/** What is to be said of a place in a file though it ends nothing. */
export type Remark = ErrorPlace & { readonly level: "warning" | "note" };

/** On one line that editors and people can follow: `openapi.yml:3:5: …`. */
export const placeText = ({ file, line, column, message }: ErrorPlace): string =>
  `${[file, line, column].filter((part) => part !== undefined).join(":")}: ${message}`;

export type ErrorFacts = {
  readonly code: ErrorCode;
  /** What was being done, as the end of a sentence that begins with "Could not": "create stage pr-7 of API a1b2". */
  readonly doing: string;
  /** What happened, in whole sentences; may have several lines. */
  readonly happened: string;
  readonly acted: Acted;
  /** What state things are in; added by whoever knows how far the run had come. */
  readonly state?: string;
  /** Advice for this very case, in place of the register's. */
  readonly remedy?: string;
  /** Shown beside the lines of the files, too. */
  readonly places?: readonly ErrorPlace[];
  readonly cause?: unknown;
};

/** The one error that a run ends with on purpose. Its four parts answer what a reader at 2 a.m. asks. */
export class ActionError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly acted: Acted;
  readonly doing: string;
  readonly happened: string;
  readonly state: string | undefined;
  readonly remedy: string;
  readonly places: readonly ErrorPlace[];

  constructor(facts: ErrorFacts) {
    super(`Could not ${facts.doing}. ${facts.happened}`, facts.cause === undefined ? {} : { cause: facts.cause });
    this.name = "ActionError";
    this.code = facts.code;
    this.kind = register[facts.code].kind;
    this.acted = facts.acted;
    this.doing = facts.doing;
    this.happened = facts.happened;
    this.state = facts.state;
    this.remedy = facts.remedy ?? register[facts.code].remedy;
    this.places = facts.places ?? [];
  }

  /** The same error with the state of things, for the level that knows it. */
  withState(state: string): ActionError {
    return this.#with({ state });
  }

  /** The same error with the lines of its places, for the level that knows the files. */
  withPlaces(places: readonly ErrorPlace[]): ActionError {
    return this.#with({ places });
  }

  /** The same error with other advice. */
  withRemedy(remedy: string): ActionError {
    return this.#with({ remedy });
  }

  #with(facts: Partial<ErrorFacts>): ActionError {
    const { code, doing, happened, acted, state, remedy, places, cause } = this;
    return new ActionError({
      code,
      doing,
      happened,
      acted,
      ...(state === undefined ? {} : { state }),
      remedy,
      places,
      cause,
      ...facts,
    });
  }
}

/** Anything that was thrown, as an ActionError: what is not one already is a bug of ours. */
export const asActionError = (thrown: unknown, doing: string): ActionError =>
  thrown instanceof ActionError
    ? thrown
    : new ActionError({
        code: "BUG",
        doing,
        happened: toldBy(thrown),
        acted: "unknown",
        cause: thrown,
      });

/** Characters. What is thrown may quote source or data at any length. */
const TOLD = 300;

/** One line of what was thrown, which can be anything. */
const toldBy = (thrown: unknown): string => {
  try {
    const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    const line = text.split("\n", 1)[0] ?? "";
    return line.length > TOLD ? `${line.slice(0, TOLD)}…` : line;
  } catch {
    return "Something was thrown that has no text.";
  }
};

/** Where the docs say more, below the action's own repository. */
export const docsAnchor = (code: ErrorCode): string => `docs/errors.md#${code.toLowerCase()}`;
