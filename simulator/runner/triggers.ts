import type { RunDescription } from "./environment.ts";
import { literalSource } from "./literal-source.ts";
import { list, mapping, type YamlMapping } from "./workflow-file.ts";

/** Activity types that count when `types:` is absent; other events count with every type. */
const defaultTypes: Readonly<Record<string, readonly string[]>> = {
  pull_request: ["opened", "synchronize", "reopened"],
  pull_request_target: ["opened", "synchronize", "reopened"],
};

/** Whether a workflow's `on:` names the event of the run ("Events that trigger workflows", GitHub docs). */
export const isTriggered = (on: unknown, run: RunDescription): boolean => {
  if (run.called)
    return typeof on === "object" && on !== null ? "workflow_call" in on : list(on).includes("workflow_call");
  if (typeof on === "string" || Array.isArray(on)) return list(on).includes(run.eventName) && hasType(undefined, run);
  const events = mapping(on, "on");
  if (!(run.eventName in events)) return false;
  // `schedule` has a list of cron lines, and what the others hold says nothing about whether they fire.
  if (Array.isArray(events[run.eventName])) return true;
  const filter = mapping(events[run.eventName] ?? {}, `on.${run.eventName}`);
  if ("paths" in filter || "paths-ignore" in filter)
    throw new Error(`on.${run.eventName}: Path filters are not simulated`);
  return hasType(filter["types"], run) && refPasses(filter, run);
};

const hasType = (types: unknown, run: RunDescription): boolean => {
  const accepted = types === undefined ? defaultTypes[run.eventName] : list(types);
  return accepted === undefined || accepted.includes(String(run.event["action"]));
};

/** A pull request is filtered by its base branch, a push by the branch or the tag that was pushed. */
const refPasses = (filter: YamlMapping, run: RunDescription): boolean => {
  const kind = run.ref.startsWith("refs/tags/") ? "tags" : "branches";
  const other = kind === "tags" ? "branches" : "tags";
  const name = run.baseRef || run.ref.replace(/^refs\/(heads|tags)\//, "");
  if (filter[`${kind}-ignore`] !== undefined) return !matchesAny(name, list(filter[`${kind}-ignore`]));
  if (filter[kind] !== undefined) return matchesAny(name, list(filter[kind]));
  return filter[other] === undefined || run.eventName !== "push";
};

/** A later `!pattern` takes names out again. */
const matchesAny = (name: string, patterns: readonly string[]): boolean => {
  let matches = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!");
    if (glob(negated ? pattern.slice(1) : pattern).test(name)) matches = !negated;
  }
  return matches;
};

/**
 * `*` stops at slashes, `**` does not; `?` lets what is before it be absent, `+` lets it come again; `[]` lists characters
 * and ranges of them; `\` takes its meaning from any of these ("Workflow syntax", filter pattern cheat sheet, GitHub docs).
 */
const glob = (pattern: string): RegExp => {
  const atoms: string[] = [];
  for (const [part] of pattern.matchAll(/\*\*?|\[[^\]]+\]|\\.|./g)) {
    const before = part === "?" || part === "+" ? atoms.pop() : undefined;
    atoms.push(before === undefined ? atomOf(part) : `(?:${before})${part}`);
  }
  return new RegExp(`^${atoms.join("")}$`);
};

const atomOf = (part: string): string => {
  if (part === "**") return ".*";
  if (part === "*") return "[^/]*";
  if (part.length > 2) return `[${part.slice(1, -1).replaceAll(/[\\^[]/g, "\\$&")}]`;
  return literalSource(part.slice(-1));
};
