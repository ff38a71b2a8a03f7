import type { ImportMode } from "../../domain/definition.ts";
import type { WorkspaceFiles } from "../../domain/world.ts";
import { CHOICES } from "../choices.ts";
import { FAIL_ON, type FailOn, readConditions } from "../fail-on.ts";
import type { InputReader } from "../reader.ts";
import type { Target } from "../target.ts";
import type { Definition, Dialects } from "./read-definition.ts";
import type { Import } from "./reading.ts";
import { MAXIMUM_DEFINITION_BYTES } from "./syntax.ts";

/** A definition to import before the deployment is made. */
export type DefinitionRequest = {
  readonly definition: Definition;
  readonly mode: ImportMode;
  readonly failOnWarnings: boolean;
};

/** What the routes of the new deployment are compared with. */
export type CompareWith =
  /** What the stage itself served before. */
  | { readonly kind: "own" }
  /** What another stage of the API serves. */
  | { readonly kind: "stage"; readonly stageName: string }
  /** What a stage of another API of the account serves. */
  | { readonly kind: "other-api"; readonly restApiId: string; readonly stageName: string }
  /** The same file at the pull request's base commit. */
  | { readonly kind: "base" };

export type RouteRules = { readonly compareWith: CompareWith; readonly failOn: readonly FailOn[] };

/** What `definition`, `import-mode` and `fail-on-warnings` ask for. */
export const readDefinitionInput = async (
  read: InputReader,
  files: WorkspaceFiles,
): Promise<DefinitionRequest | undefined> => {
  const mode = read.oneOf("import-mode", CHOICES["import-mode"], "overwrite");
  const failOnWarnings = read.boolean("fail-on-warnings", true);
  const path = read.text("definition");
  const definition = path === undefined ? undefined : await readFile(read, files, path, { mode, failOnWarnings });
  return definition && { definition, mode, failOnWarnings };
};

const readFile = async (
  read: InputReader,
  files: WorkspaceFiles,
  path: string,
  how: Import,
): Promise<Definition | undefined> => {
  const file = files(path, MAXIMUM_DEFINITION_BYTES);
  if (file.kind !== "file") {
    const reason = file.kind === "missing" ? "does not exist in the workspace; is it checked out?" : `${file.because}.`;
    read.report("definition", `The file ${path} ${reason}`);
    return undefined;
  }
  // Runs without a definition do not load what reads it.
  const { isDefinition, readDefinition } = await import(/* webpackChunkName: "definition" */ "./read-definition.ts");
  // An annotation finds its file by the path from the root of the repository.
  const name = path.replace(/^(?:\.\/+)+/, "");
  const answer = readDefinition({ bytes: file.bytes, file: name, dialects: dialectsOf(read), ...how });
  if (isDefinition(answer)) return answer;
  for (const problem of answer) read.reportPlace(problem);
  return undefined;
};

/** With what the stage serves, and whatever comes of it. */
export const AGAINST_OWN: RouteRules = { compareWith: { kind: "own" }, failOn: [] };

/** Only one of the two inputs says which kind the API is of; the other is mostly given for those that it alone can name. */
const dialectsOf = (read: InputReader): Dialects =>
  read.text("rest-api-id") === undefined && read.text("api-id") !== undefined ? ["http", "rest"] : ["rest"];

/** What `compare-with` and `fail-on` ask for. With a definition the routes are compared in any case. */
export const readRouteRules = (
  read: InputReader,
  { restApiId, previewOf }: Pick<Target, "restApiId" | "previewOf">,
): RouteRules | undefined => {
  const withDefinition = read.text("definition") !== undefined;
  const compareWith = readCompareWith(read, restApiId, withDefinition);
  const failOn = readFailOn(read);
  const asked = withDefinition || compareWith !== undefined || failOn.length > 0;
  const fallback = { kind: withDefinition && previewOf !== undefined ? "base" : "own" } as const;
  return asked ? { compareWith: compareWith ?? fallback, failOn } : undefined;
};

const COMPARE_WITH = /^(?:(?<restApiId>[a-z0-9]{1,64})\/)?(?<stageName>[A-Za-z0-9_-]{1,128}|\$default)$/;

export const readCompareWith = (read: InputReader, ownId = "", withDefinition = true): CompareWith | undefined => {
  const input = "compare-with";
  const given = read.matching(
    input,
    COMPARE_WITH,
    "a stage of this API, REST_API_ID/stage for one of another, or base, for example prod or f6g7h8i9j0/prod",
  );
  if (given === "base") {
    if (!withDefinition) {
      const message = "base is the file that `definition` names, at the pull request's base commit; give definition.";
      read.report(input, `${message} A stage called base is REST_API_ID/base.`);
    }
    return { kind: "base" };
  }
  const { restApiId = ownId, stageName } = COMPARE_WITH.exec(given ?? "")?.groups ?? {};
  if (stageName === undefined) return undefined;
  return restApiId === ownId ? { kind: "stage", stageName } : { kind: "other-api", restApiId, stageName };
};

/** What `fail-on` asks of a run that points a stage. */
export const readFailOn = (read: InputReader): readonly FailOn[] => readConditions(read, FAIL_ON);
