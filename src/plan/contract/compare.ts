import type { BreakingChange, Contract, ContractDiff } from "../../domain/contract.ts";
import { type Body, type Content, type Operation, operationsOf } from "./operations.ts";
import {
  type Budget,
  compareSchemas,
  type Direction,
  MOST_SCHEMAS,
  openBudget,
  type SchemaFinding,
} from "./schemas.ts";

/**
 * What changes for callers of the operations that two documents both have: parameters, bodies and answers. Which routes
 * there are, and what they ask of authorization, deployments tell better than documents (`diffRoutes`).
 */
export const compareContracts = (before: Contract, after: Contract, mostSchemas = MOST_SCHEMAS): ContractDiff => {
  const comparison: Comparison = { before, after, budget: openBudget(mostSchemas), changes: [], notCompared: [] };
  const now = operationsOf(after.document);
  for (const [called, was] of operationsOf(before.document)) {
    const is = now.get(called);
    if (is !== undefined) compareOperations(was, is, comparison);
  }
  return { changes: comparison.changes, notCompared: comparison.notCompared };
};

type Comparison = {
  readonly before: Contract;
  readonly after: Contract;
  readonly budget: Budget;
  readonly changes: BreakingChange[];
  readonly notCompared: BreakingChange[];
};

const compareOperations = (was: Operation, is: Operation, comparison: Comparison): void => {
  for (const what of new Set([...was.unreadable, ...is.unreadable])) {
    comparison.notCompared.push({ route: is.route, what });
  }
  compareParameters(was, is, comparison);
  compareBodies(was, is, comparison);
  compareResponses(was, is, comparison);
};

/** Whether nothing was lost on the way through API Gateway. */
const areFiles = ({ before, after }: Comparison): boolean => before.from === "file" && after.from === "file";

const compareParameters = (was: Operation, is: Operation, comparison: Comparison): void => {
  for (const [name, now] of is.parameters) {
    const [place = "", ...rest] = name.split(" ");
    // API Gateway imports no cookies, and an export has none.
    if (place === "cookie" && !areFiles(comparison)) continue;
    const text = `${PLACES[place] ?? `${place} parameter`} ${rest.join(" ")}`;
    const then = was.parameters.get(name);
    if (now.required && then?.required !== true) {
      comparison.changes.push({
        route: is.route,
        what: `${text} is ${then === undefined ? "new and required" : "required now"}`,
      });
    }
    if (then === undefined || !areFiles(comparison)) continue;
    keep(compareIn("request", then.schema, now.schema, comparison), is.route, text, comparison);
  }
};

const PLACES: Readonly<Record<string, string>> = {
  query: "query parameter",
  header: "header",
  cookie: "cookie",
  formData: "form field",
};

const compareBodies = ({ body: was }: Operation, { body: is, route }: Operation, comparison: Comparison): void => {
  if (is === undefined) return;
  if (is.required && was?.required !== true && areFiles(comparison)) {
    comparison.changes.push({ route, what: was === undefined ? "a request body is required now" : REQUIRED_NOW });
  }
  if (was !== undefined) compareContents("request", was.content, is, route, "request body", comparison);
};

const REQUIRED_NOW = "the request body is required now";

const compareResponses = (was: Operation, is: Operation, comparison: Comparison): void => {
  // A document that names no answer says nothing of them.
  if (is.responses.size === 0) return;
  for (const [status, then] of was.responses) {
    const now = is.responses.get(status);
    const text = `answer ${status}`;
    if (now !== undefined) compareContents("response", then, { content: now }, is.route, text, comparison);
    else if (status.startsWith("2")) comparison.changes.push({ route: is.route, what: `${text} is gone` });
  }
};

const compareContents = (
  direction: Direction,
  was: Content,
  { content: is }: Pick<Body, "content">,
  route: string,
  text: string,
  comparison: Comparison,
): void => {
  for (const [type, then] of was) {
    if (is.has(type)) {
      keep(compareIn(direction, then, is.get(type), comparison), route, `${text} (${type})`, comparison);
    } else if (direction === "response" || is.size > 0) {
      const gone = direction === "request" ? "is not taken any more" : "is gone";
      comparison.changes.push({ route, what: `${text} of type ${type} ${gone}` });
    }
  }
};

const compareIn = (
  direction: Direction,
  was: unknown,
  is: unknown,
  { before, after, budget }: Comparison,
): readonly SchemaFinding[] =>
  compareSchemas(was, is, {
    before: before.document,
    after: after.document,
    direction,
    ignoreNull: before.from !== after.from,
    budget,
  });

const keep = (
  findings: readonly SchemaFinding[],
  route: string,
  text: string,
  { changes, notCompared }: Comparison,
): void => {
  for (const { kind, where, what } of findings) {
    const subject = where === "" ? text : `${text}: ${where.replace(/^\./, "")}`;
    (kind === "breaking" ? changes : notCompared).push({ route, what: `${subject} ${what}` });
  }
};
