/** What a text says, or everything that keeps it from being read. */
export type Parsed = { readonly kind: "read"; readonly document: ParsedDocument } | Unreadable;

export type Unreadable = { readonly kind: "unreadable"; readonly problems: readonly SyntaxProblem[] };

export type ParsedDocument = {
  /** Objects, lists and scalars. A YAML scalar is the text that is written there, whatever its type. */
  readonly value: unknown;
  /** Where the names at the top of the document stand, as offsets into the text. */
  readonly topLevel: ReadonlyMap<string, number>;
};

/** `offset` counts characters from the start of the text; `message` is a whole sentence. */
export type SyntaxProblem = { readonly offset: number; readonly message: string };

export const unreadable = (problems: readonly SyntaxProblem[]): Unreadable => ({
  kind: "unreadable",
  problems: problems.slice(0, MAXIMUM_PROBLEMS),
});

/** Beyond these a text is no definition that anybody wrote, and reading it would only take time. */
export const MAXIMUM_PROBLEMS = 20;
export const MAXIMUM_DEPTH = 200;

export const tooDeep = (offset: number): SyntaxProblem => ({
  offset,
  message: `It is nested more than ${MAXIMUM_DEPTH} levels deep here.`,
});

export const duplicateKey = (offset: number, name: string): SyntaxProblem => ({
  offset,
  message: `The name ${JSON.stringify(shortened(name))} stands twice in one mapping. Remove one of them, or merge the two.`,
});

const shortened = (text: string): string => (text.length <= 80 ? text : `${text.slice(0, 79)}…`);
