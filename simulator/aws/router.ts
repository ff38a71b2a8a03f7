import type { SimulatedRequest } from "../http/exchange.ts";
import type { OperationSchema } from "./operation-schema.ts";

export type Route = {
  readonly operation: OperationSchema;
  /** Percent-decoded values of the path's labels. */
  readonly labels: Readonly<Record<string, string>>;
};

type Template = {
  readonly operation: OperationSchema;
  readonly segments: readonly string[];
  /** How much of the address is fixed; of two operations that match, the more specific is meant. */
  readonly specificity: number;
};

const isLabel = (segment: string): boolean => segment.startsWith("{");

const templateOf = (operation: OperationSchema): Template => {
  const segments = operation.path.split("/");
  const fixed = segments.filter((segment) => !isLabel(segment)).length + operation.query.length;
  return { operation, segments, specificity: fixed };
};

export type Router = (request: SimulatedRequest) => Route | undefined;

/** Finds the operation that a request addresses by method, path and constant query members. */
export const routerOf = (operations: readonly OperationSchema[]): Router => {
  const templates = operations.map(templateOf).sort((one, other) => other.specificity - one.specificity);
  return (request) => {
    const segments = request.path.split("/");
    const template = templates.find((candidate) => addresses(candidate, request, segments));
    return template && { operation: template.operation, labels: labelsOf(template, segments) };
  };
};

const addresses = ({ operation, segments }: Template, request: SimulatedRequest, actual: readonly string[]): boolean =>
  operation.method === request.method &&
  segments.length === actual.length &&
  segments.every((segment, index) => (isLabel(segment) ? actual[index] !== "" : actual[index] === segment)) &&
  operation.query.every(([key, value]) => request.url.searchParams.get(key) === value);

const labelsOf = (template: Template, actual: readonly string[]): Record<string, string> => {
  const labels: Record<string, string> = {};
  template.segments.forEach((segment, index) => {
    if (isLabel(segment)) labels[segment.slice(1, -1)] = decodeLabel(actual[index] ?? "");
  });
  return labels;
};

/** A stray `%` is taken as it stands. */
const decodeLabel = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
