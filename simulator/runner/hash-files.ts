import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { literalSource } from "./literal-source.ts";

const FOLLOW = "--follow-symbolic-links";

/**
 * What `hashFiles()` answers: the SHA-256 of the SHA-256s of the files below the workspace that the patterns name, in the
 * order in which the runner finds them; an empty text for none ("Expressions", GitHub docs; actions/runner,
 * HashFilesFunction, and @actions/glob for the patterns). A pattern may hold several lines; `!` takes away what earlier
 * ones named, and a folder stands for all that is in it. Throws in the runner's words.
 */
export const hashFiles = (workspace: string, args: readonly string[]): string => {
  const [option = ""] = args;
  const follow = option.toLowerCase() === FOLLOW;
  if (option.startsWith("--") && !follow)
    throw new Error(`Invalid glob option ${option}, avaliable option: '${FOLLOW}'.`);
  const texts = follow ? args.slice(1) : args;
  try {
    const patterns = texts.flatMap((text) => text.split("\n")).flatMap((line) => patternOf(line, workspace));
    return hashOf(filesIn(workspace, patterns, follow));
  } catch (error) {
    const reason = `hashFiles('${texts.join(", ")}') failed. Fail to hash files under directory '${workspace}'`;
    throw new Error(`${reason}: ${(error as Error).message}`, { cause: error });
  }
};

const hashOf = (files: Iterable<string>): string => {
  const whole = createHash("sha256");
  let found = false;
  for (const file of files) {
    if (statSync(file).isDirectory()) continue;
    whole.update(createHash("sha256").update(readFileSync(file)).digest());
    found = true;
  }
  return found ? whole.digest("hex") : "";
};

type Pattern = {
  readonly negated: boolean;
  /** The folder or file that its wildcards begin in. */
  readonly root: string;
  readonly names: RegExp;
};

const patternOf = (line: string, workspace: string): readonly Pattern[] => {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return [];
  const [, marks = "", path = ""] = /^(!*)\s*(.*)$/.exec(text) ?? [];
  const absolute = path.startsWith("/") ? path : `${workspace}/${path.replace(/^\.(?:\/|$)/, "")}`;
  const segments = absolute.split("/").filter((segment) => segment !== "");
  if (segments.some((segment) => segment === "." || segment === ".."))
    throw new Error(`Invalid pattern '${text}'. Relative pathing '.' and '..' is not allowed.`);
  const wild = path.startsWith("/") ? 0 : workspace.split("/").filter((segment) => segment !== "").length;
  const first = segments.findIndex((segment, index) => index >= wild && /[*?[]/.test(segment));
  const literal = first === -1 ? segments : segments.slice(0, first);
  const rest = segments.slice(literal.length);
  const source = [...literal.map((segment) => `/${literalSource(segment)}`), ...rest.map(segmentSource)].join("");
  return [
    { negated: marks.length % 2 === 1, root: `/${literal.join("/")}`, names: new RegExp(`^${source}(?:/.*)?$`, "s") },
  ];
};

const segmentSource = (segment: string): string => {
  if (segment === "**") return "(?:/[^/]+)*";
  const parts = segment.match(/\*+|\?|\[[!^]?[^\]]+\]|./g) ?? [];
  return `/${parts.map(partSource).join("")}`;
};

const partSource = (part: string): string => {
  if (part.startsWith("*")) return "[^/]*";
  if (part === "?") return "[^/]";
  if (part.length === 1) return literalSource(part);
  return `[${part.slice(1, -1).replace(/^!/, "^").replaceAll(/[\\[]/g, "\\$&")}]`;
};

/** Depth first, in the order of the folders; a root below another one is not looked through twice. */
const filesIn = function* (workspace: string, patterns: readonly Pattern[], follow: boolean): Generator<string> {
  const roots = new Set(patterns.flatMap(({ negated, root }) => (negated ? [] : [root])));
  const outermost = [...roots].filter((root) => ![...roots].some((other) => isBelow(root, other)));
  for (const root of outermost) {
    for (const path of pathsIn(root, follow)) {
      if (isBelow(path, workspace) && isNamed(path, patterns)) yield path;
    }
  }
};

const isBelow = (path: string, folder: string): boolean => path.startsWith(folder === "/" ? folder : `${folder}/`);

const isNamed = (path: string, patterns: readonly Pattern[]): boolean =>
  patterns.reduce((named, pattern) => (pattern.names.test(path) ? !pattern.negated : named), false);

/** `above`: folders that lead there; a link may lead back to one. */
const pathsIn = function* (path: string, follow: boolean, above: readonly string[] = []): Generator<string> {
  const stat = (follow ? statSync : lstatSync)(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) yield path;
  else {
    const real = realpathSync(path);
    if (above.includes(real)) return;
    for (const name of readdirSync(path).sort()) yield* pathsIn(join(path, name), follow, [...above, real]);
  }
};
