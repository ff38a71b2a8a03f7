import { authorizationText, NOTHING, type RouteAuthorization } from "../../domain/route.ts";
import type { AddedRoute, RouteChange, RouteDiff } from "../../plan/routes/diff.ts";
import { bytesOf } from "./fitting.ts";
import { code, details } from "./markdown.ts";

/** The outputs about routes, by the names of action.yml. A route that changed in two ways counts once. */
export const routeDiffOutputs = (diff: RouteDiff): Record<string, string> => ({
  "routes-added": String(diff.added.length),
  "routes-removed": String(diff.removed.length),
  "routes-changed": String(changesOf(diff).length),
  "auth-weakened": String(diff.authWeakened.length),
});

/** Of the log; nobody reads more, and a runner writes each of them to a screen. */
const MOST_LINES = 1000;

/** The route diff in lines of the log, the weakened routes first. */
export const routeDiffLines = (diff: RouteDiff): readonly string[] => {
  const lines = changeLines(diff);
  const more = lines.length - MOST_LINES;
  return [counts(diff), ...lines.slice(0, MOST_LINES), ...(more > 0 ? [`… and ${more} more`] : [])];
};

const changeLines = (diff: RouteDiff): readonly string[] => [
  ...diff.authWeakened.map((change) => `⚠️ weaker authorization: ${change.route}: ${fromTo(change)}`),
  ...diff.added.map((one) => `${addedText(one)}: ${one.route}, needs ${authorizationText(one.after)}`),
  ...diff.removed.map(({ route, before }) => `removed: ${route}, needed ${authorizationText(before)}`),
  ...changesOf(diff).map((change) => `changed: ${change.route}: ${fromTo(change)}`),
];

const fromTo = ({ before, after }: RouteChange): string => `${authorizationText(before)} → ${authorizationText(after)}`;

const addedText = ({ withoutAuthorization }: AddedRoute): string =>
  withoutAuthorization ? "added without authorization" : "added";

/** A longer table is folded. */
const UNFOLDED_ROWS = 10;

/**
 * The route diff as a section of the page, of at most `limit` characters: tables are cut between rows and say how many
 * rows are missing. `comparedWith` is Markdown and ends the sentence "Routes, compared with …". Empty where not even the
 * counts fit.
 */
export const routeDiffSection = (diff: RouteDiff, comparedWith: string, limit: number): string => {
  const heading = `**Routes**, compared with ${comparedWith}: ${counts(diff)}`;
  if (heading.length > limit) return "";
  const parts = [heading];
  for (const table of tablesOf(diff)) {
    const left = limit - parts.join("\n\n").length - 2;
    const rendered = tableWithin(table, left);
    if (rendered !== "") parts.push(rendered);
  }
  return parts.join("\n\n");
};

/** The counts in one line. */
const counts = (diff: RouteDiff): string => {
  const changed = changesOf(diff).length;
  if (diff.added.length + diff.removed.length + changed + diff.authWeakened.length === 0) return "no change.";
  const weakened = diff.authWeakened.length;
  const flag = weakened === 0 ? "" : `⚠️ ${weakened} with weaker authorization, `;
  return `${flag}${diff.added.length} added, ${diff.removed.length} removed, ${changed} changed.`;
};

/** Routes that changed in one way or in both, each once, in the order of the diff. */
const changesOf = ({ changedAuthorization, changedApiKey }: RouteDiff): readonly RouteChange[] => {
  const known = new Set(changedAuthorization.map(({ route }) => route));
  return [...changedAuthorization, ...changedApiKey.filter(({ route }) => !known.has(route))];
};

type Table = { readonly title: string; readonly head: string; readonly rows: readonly string[] };

const tablesOf = (diff: RouteDiff): readonly Table[] =>
  [
    {
      title: "⚠️ Weaker authorization",
      head: "| ⚠️ Weaker authorization | Callers needed | Now they need |\n| --- | --- | --- |",
      rows: diff.authWeakened.map(
        ({ route, before, after }) => `| ${code(route)} | ${needs(before)} | ${needs(after)} |`,
      ),
    },
    {
      title: "All route changes",
      head: "| | Route | Callers need |\n| --- | --- | --- |",
      rows: [
        ...diff.added.map((one) => `| ${addedText(one)} | ${code(one.route)} | ${needs(one.after)} |`),
        ...diff.removed.map(({ route, before }) => `| removed | ${code(route)} | before: ${needs(before)} |`),
        ...changesOf(diff).map(
          ({ route, before, after }) => `| changed | ${code(route)} | ${needs(before)} → ${needs(after)} |`,
        ),
      ],
    },
  ].filter(({ rows }) => rows.length > 0);

const needs = (authorization: RouteAuthorization): string => {
  const text = authorizationText(authorization);
  return text === NOTHING ? text : code(text);
};

/** The table with as many rows as fit into `limit` bytes; empty when not one row does. */
const tableWithin = (table: Table, limit: number): string => {
  const fits = (shown: number): boolean => bytesOf(render(table, shown)) <= limit;
  if (fits(table.rows.length)) return render(table, table.rows.length);
  // Every row makes the text longer, but for the last, which takes the place of the line that counts the rest.
  let fitting = 0;
  let tooMany = table.rows.length;
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(middle)) fitting = middle;
    else tooMany = middle;
  }
  return fitting === 0 ? "" : render(table, fitting);
};

const render = ({ title, head, rows }: Table, shown: number): string => {
  const rest = rows.length - shown;
  const content = [head, ...rows.slice(0, shown), ...(rest === 0 ? [] : ["", `… and ${rest} more`])].join("\n");
  return rows.length > UNFOLDED_ROWS ? details(`${title} (${rows.length})`, content) : content;
};
