import { shortened } from "../shortened.ts";
import type { DocumentNotes } from "./document-notes.ts";

/** What a text says, or everything that keeps it from being read. */
export type Parsed = { readonly kind: "read"; readonly document: ParsedDocument } | Unreadable;

export type Unreadable = { readonly kind: "unreadable"; readonly problems: readonly SyntaxProblem[] };

export type ParsedDocument = {
  /** Mappings, lists, texts, numbers, truth values, null, and `Written`. Merge keys and aliases are resolved. */
  readonly value: unknown;
  /** What was seen on the way: where members stand, and what readers of the file may stumble over. */
  readonly notes: DocumentNotes;
};

/** `offset` counts characters from the start of the text; `message` is a whole sentence. */
export type SyntaxProblem = { readonly offset: number; readonly message: string };

/** The same where a finding may have no place of its own. */
export type Finding = { readonly offset: number | undefined; readonly message: string };

export const unreadable = (problems: readonly SyntaxProblem[]): Unreadable => ({
  kind: "unreadable",
  problems: problems.slice(0, MAXIMUM_PROBLEMS),
});

/** The one thing that ends the reading of a text. */
export class Fault extends Error {
  readonly problem: SyntaxProblem;
  constructor(problem: SyntaxProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** A text that no reader would get through. */
export class TooMuch extends Fault {}

/** API Gateway quotas: the size of a definition is at most 6 MB, and cannot be raised. */
export const MAXIMUM_DEFINITION_BYTES = 6 * 1024 * 1024;

/** Beyond these a text is no definition that anybody wrote, and reading it would only take time and memory. */
export const MAXIMUM_PROBLEMS = 20;
export const MAXIMUM_DEPTH = 200;
/** Values, aliases written out. A definition of 6 MB has between one and four hundred thousand. */
export const MAXIMUM_VALUES = 600_000;
/** Of one mapping. */
export const MAXIMUM_NAMES = 50_000;

export const tooDeep = (offset: number): SyntaxProblem => ({
  offset,
  message: `It is nested more than ${MAXIMUM_DEPTH} levels deep here.`,
});

export const tooMany = (offset: number): SyntaxProblem => ({
  offset,
  message: `It has more than ${MAXIMUM_VALUES} values up to here, more than any definition needs. Split the API.`,
});

export const tooManyNames = (offset: number): SyntaxProblem => ({
  offset,
  message: `One mapping has more than ${MAXIMUM_NAMES} names up to here, and no API has as many. Split the API.`,
});

export const duplicateKey = (offset: number, name: string): SyntaxProblem => ({
  offset,
  message: `The name ${JSON.stringify(shortened(name))} stands twice in one mapping. Remove one of them, or merge the two.`,
});
