import type { ImportMode } from "../../domain/definition.ts";
import type { WorkspaceFiles } from "../../domain/world.ts";
import { FAIL_ON, type FailOn } from "../fail-on.ts";
import type { InputReader } from "../reader.ts";
import { readOtherStage } from "../target.ts";
import { type Definition, isDefinition, readDefinition } from "./read-definition.ts";
import { MAXIMUM_DEFINITION_BYTES } from "./syntax.ts";

/** A definition to import before the deployment is made. */
export type DefinitionRequest = {
  readonly definition: Definition;
  readonly mode: ImportMode;
  readonly failOnWarnings: boolean;
};

/** How the routes of the new deployment are compared with those of another. */
export type RouteRules = {
  /** The stage to compare with; `undefined`: what the stage itself served before. */
  readonly compareWith: string | undefined;
  readonly failOn: readonly FailOn[];
};

/** What `definition`, `import-mode` and `fail-on-warnings` ask for. */
export const readDefinitionInput = (read: InputReader, files: WorkspaceFiles): DefinitionRequest | undefined => {
  const mode = read.oneOf("import-mode", ["overwrite", "merge"], "overwrite");
  const failOnWarnings = read.boolean("fail-on-warnings", true);
  const path = read.text("definition");
  const definition = path === undefined ? undefined : readFile(read, files, path, mode);
  return definition && { definition, mode, failOnWarnings };
};

const readFile = (read: InputReader, files: WorkspaceFiles, path: string, mode: ImportMode): Definition | undefined => {
  const file = files(path, MAXIMUM_DEFINITION_BYTES);
  if (file.kind !== "file") {
    const reason = file.kind === "missing" ? "does not exist in the workspace; is it checked out?" : `${file.because}.`;
    read.report("definition", `The file ${path} ${reason}`);
    return undefined;
  }
  // An annotation finds its file by the path from the root of the repository.
  const answer = readDefinition({ bytes: file.bytes, file: path.replace(/^(?:\.\/+)+/, ""), mode });
  if (isDefinition(answer)) return answer;
  for (const problem of answer) read.reportPlace(problem);
  return undefined;
};

/** What `compare-with` and `fail-on` ask for. With a definition the routes are compared in any case. */
export const readRouteRules = (read: InputReader, withDefinition: boolean): RouteRules | undefined => {
  const compareWith = readOtherStage(read, "compare-with");
  const failOn = readFailOn(read);
  const asked = withDefinition || compareWith !== undefined || failOn.length > 0;
  return asked ? { compareWith, failOn } : undefined;
};

export const readFailOn = (read: InputReader): readonly FailOn[] => {
  const names = (read.text("fail-on") ?? "").split(/[\s,]+/).filter((name) => name !== "");
  const known = FAIL_ON.filter((name) => names.includes(name));
  if (names.some((name) => !FAIL_ON.some((allowed) => allowed === name))) {
    read.report("fail-on", `It must be a list of ${FAIL_ON.join(" and ")}, for example auth-weakened, route-removed.`);
  }
  return known;
};
