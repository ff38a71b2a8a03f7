import type { Definition, Method, Resource } from "../model.ts";

export type MatchedRoute = {
  readonly resource: Resource;
  readonly method: Method;
  readonly pathParameters: Readonly<Record<string, string>>;
};

/**
 * The method that answers a request: of the resources that have methods the one whose path fits most closely, segment
 * by segment (exact before `{name}` before `{name+}`), and on it the verb before ANY.
 *
 * @param path the path below the stage, undecoded; a slash at its end makes no difference
 */
export const matchRoute = (definition: Definition, verb: string, path: string): MatchedRoute | undefined => {
  const segments = segmentsOf(path).map(decoded);
  const [best] = [...definition.resources.values()]
    .filter(({ methods }) => methods.size > 0)
    .map((resource) => ({ resource, fit: fitOf(segmentsOf(resource.path), segments) }))
    .filter((candidate): candidate is Candidate => candidate.fit !== undefined)
    .sort((left, right) => (left.fit.closeness < right.fit.closeness ? -1 : 1));
  if (!best) return undefined;
  const method = best.resource.methods.get(verb) ?? best.resource.methods.get("ANY");
  return method && { resource: best.resource, method, pathParameters: best.fit.parameters };
};

/** What the parameters of a resource's path stand for in a path; none when it is not one of the resource's. */
export const pathParametersOf = (resourcePath: string, path: string): Readonly<Record<string, string>> =>
  fitOf(segmentsOf(resourcePath), segmentsOf(path).map(decoded))?.parameters ?? {};

export type Fit = {
  /** One digit a segment, 0 for exact, 1 for a parameter, 2 for the rest of the path: the smaller text is closer. */
  readonly closeness: string;
  readonly parameters: Readonly<Record<string, string>>;
};
type Candidate = { readonly resource: Resource; readonly fit: Fit };

export const segmentsOf = (path: string): string[] => path.split("/").filter((segment) => segment !== "");

/** Percent-decoded; a text that is not well encoded stays as it is. */
export const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

type Part = { readonly kind: "exact" | "parameter" | "rest"; readonly text: string };

/** `{name}` is one segment, `{name+}`, always the last part, one or more. */
const partOf = (part: string): Part => {
  const [, name, greedy] = /^\{([^+]+)(\+?)\}$/.exec(part) ?? [];
  if (name === undefined) return { kind: "exact", text: part };
  return { kind: greedy ? "rest" : "parameter", text: name };
};

const ranks = { exact: "0", parameter: "1", rest: "2" } as const;

/** How a path fits a pattern, whose segments are exact, `{name}` or, at the end, `{name+}`. */
export const fitOf = (pattern: readonly string[], segments: readonly string[]): Fit | undefined => {
  const parts = pattern.map(partOf);
  const takesRest = parts.at(-1)?.kind === "rest";
  if (takesRest ? segments.length < parts.length : segments.length !== parts.length) return undefined;
  if (parts.some(({ kind, text }, index) => kind === "exact" && text !== segments[index])) return undefined;
  const parameters = parts
    .map(({ kind, text }, index) => ({
      kind,
      text,
      value: segments.slice(index, kind === "rest" ? undefined : index + 1),
    }))
    .filter(({ kind }) => kind !== "exact")
    .map(({ text, value }) => [text, value.join("/")]);
  return { closeness: parts.map(({ kind }) => ranks[kind]).join(""), parameters: Object.fromEntries(parameters) };
};
