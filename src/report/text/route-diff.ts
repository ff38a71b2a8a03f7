import { authorizationText, NOTHING, type RouteAuthorization } from "../../domain/route.ts";
import type { RouteChanges } from "../../plan/plan.ts";
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
export const routeDiffLines = ({ diff, by }: RouteChanges): readonly string[] => {
  const lines = changeLines(diff);
  const more = lines.length - MOST_LINES;
  return [
    ...(by === undefined ? [] : [by]),
    counts(diff),
    ...lines.slice(0, MOST_LINES),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
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

/** What changes for callers in one line of Markdown. `title`: what the line begins with. */
export const routeCounts = ({ diff, comparedWith, by }: RouteChanges, title = "Routes"): string =>
  `**${title}:** ${counts(diff)} Compared with ${code(comparedWith)}.${by === undefined ? "" : ` ${by}`}`;

/** What callers lose: routes with weaker authorization and removed ones. Empty where there are none. See `tablesWithin`. */
export const routeDangers = (diff: RouteDiff, limit: number): string =>
  tablesWithin(
    [
      {
        title: "⚠️ Weaker authorization",
        head: "| ⚠️ Weaker authorization | Callers needed | Now they need |\n| :-- | :-- | :-- |",
        rows: diff.authWeakened.map(
          ({ route, before, after }) => `| ${code(route)} | ${needs(before)} | ${needs(after)} |`,
        ),
      },
      {
        title: "⚠️ Removed routes",
        head: "| ⚠️ Removed | Callers needed |\n| :-- | :-- |",
        rows: diff.removed.map(({ route, before }) => `| ${code(route)} | ${needs(before)} |`),
      },
    ],
    limit,
  );

/** What changes beside that. */
export const otherRouteChanges = (diff: RouteDiff, limit: number): string => {
  const weakened = new Set(diff.authWeakened.map(({ route }) => route));
  const changed = changesOf(diff).filter(({ route }) => !weakened.has(route));
  return tablesWithin(
    [
      {
        title: "Added and changed routes",
        head: "| Route | Change |\n| :-- | :-- |",
        rows: [
          ...diff.added.map((one) => `| ${code(one.route)} | ${addedText(one)}, needs ${needs(one.after)} |`),
          ...changed.map(
            ({ route, before, after }) => `| ${code(route)} | needed ${needs(before)}, needs ${needs(after)} |`,
          ),
        ],
      },
    ],
    limit,
  );
};

/** The counts in one line; what there is none of is left out. */
const counts = (diff: RouteDiff): string => {
  const weakened = diff.authWeakened.length;
  const parts = [
    [`⚠️ ${weakened} with weaker authorization`, weakened],
    [`${diff.added.length} added`, diff.added.length],
    [`${diff.removed.length} removed`, diff.removed.length],
    [`${changesOf(diff).length} changed`, changesOf(diff).length],
  ] as const;
  const told = parts.flatMap(([text, count]) => (count === 0 ? [] : [text]));
  return told.length === 0 ? "no change." : `${told.join(", ")}.`;
};

/** Routes that changed in one way or in both, each once, in the order of the diff. */
const changesOf = ({ changedAuthorization, changedApiKey }: RouteDiff): readonly RouteChange[] => {
  const known = new Set(changedAuthorization.map(({ route }) => route));
  return [...changedAuthorization, ...changedApiKey.filter(({ route }) => !known.has(route))];
};

type Table = { readonly title: string; readonly head: string; readonly rows: readonly string[] };

/** Tables one below the other, of at most `limit` bytes: they are cut between rows and say how many rows are missing. */
export const tablesWithin = (tables: readonly Table[], limit: number): string => {
  let text = "";
  for (const table of tables.filter(({ rows }) => rows.length > 0)) {
    const gap = text === "" ? "" : "\n\n";
    const rendered = tableWithin(table, limit - bytesOf(text) - gap.length);
    if (rendered !== "") text += `${gap}${rendered}`;
  }
  return text;
};

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
