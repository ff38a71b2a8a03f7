import { createHash } from "node:crypto";
import type { Dialect } from "../../domain/definition.ts";
import type { Route, Routes } from "../../domain/route.ts";
import type { IntegrationText } from "../../domain/stage.ts";
import { type ApiSettings, apiSettingsOf } from "./api-settings.ts";
import { cloudFormationProblems, placeholderWarnings } from "./cloud-formation.ts";
import type { DocumentNotes } from "./document-notes.ts";
import { functionTextsOf } from "./function-texts.ts";
import { memberNamed } from "./locate.ts";
import { type Position, positionAt } from "./position.ts";
import { EMPTY, readText } from "./read-text.ts";
import { type Import, readAs, type Said } from "./reading.ts";
import { type Sent, sentFor } from "./sent.ts";
import { stageVariablesIn } from "./stage-variables.ts";
import { type Finding, MAXIMUM_PROBLEMS } from "./syntax.ts";
import { isMapping, type Mapping, textOf } from "./values.ts";
import { type Format, formatOf, versionProblems } from "./version.ts";

/** An OpenAPI or Swagger document that API Gateway can import, and what decisions need to know of it. */
export type Definition = {
  /** The file's path, as the input names it. */
  readonly file: string;
  readonly format: Format;
  /**
   * What is to be sent: the file without a byte order mark, otherwise unchanged; or the document as JSON where readers of
   * YAML do not agree on it, which `notes` says then.
   */
  readonly bytes: Buffer;
  /** SHA-256 of the file without a byte order mark, in 64 hexadecimal digits. Comments, line ends and order count too. */
  readonly digest: string;
  /** The kinds that the API may be of as far as the inputs tell; the likeliest comes first. */
  readonly dialects: Dialects;
  /** As the kind of API that it is imported into reads it; the kind is known once AWS was asked. */
  readonly as: (dialect: Dialect) => Reading;
  /** What it says about the API as a whole. */
  readonly settings: ApiSettings;
  /** Names of the stage variables that its texts use, sorted. */
  readonly stageVariables: readonly string[];
  /** What is good to know and no reason to change anything. */
  readonly notes: readonly DefinitionProblem[];
  /** Where the route, path or model stands that a message of the service names; without a place where it names none. */
  readonly locate: (message: string) => Position;
};

/** What one kind of API makes of a definition. */
export type Reading = {
  /** What keeps it from being imported, or from being deployed afterwards. Nothing is written while there is any. */
  readonly problems: readonly DefinitionProblem[];
  /** In the order of the file, none twice. A base path is not part of them: an import ignores it unless told. */
  readonly routes: readonly Route[];
  /** What a caller needs for each of the routes, as the import sets it and the deployment's summary says it. */
  readonly needs: Routes;
  /** What invokes functions of AWS Lambda. */
  readonly functions: readonly IntegrationText[];
  /** What an import would leave out without a word, and what it would take as it is written though it was hardly meant so. */
  readonly warnings: readonly DefinitionProblem[];
};

/** One thing about the file. Lines and columns count from 1; both are absent where there is no place. */
export type DefinitionProblem = Position & {
  readonly file: string;
  /** Whole sentences: what is wrong, and what to do where that is not plain. */
  readonly message: string;
};

export const isDefinition = (answer: Definition | readonly DefinitionProblem[]): answer is Definition =>
  !Array.isArray(answer);

export type Dialects = readonly [Dialect, ...Dialect[]];

type Source = Partial<Import> & { readonly bytes: Buffer; readonly file: string; readonly dialects?: Dialects };

/**
 * Reads a definition: OpenAPI 3.0 or, for REST APIs, Swagger 2.0, in JSON or YAML (Developer Guide, "Import a REST API
 * into API Gateway", "Use OpenAPI definitions for HTTP APIs"). Answers all that is wrong with it whichever kind of API it
 * is for instead, also what API Gateway would import and then not deploy; throws nothing. What the service alone can
 * judge (models, security schemes) is left to it.
 */
export const readDefinition = (source: Source): Definition | readonly DefinitionProblem[] => {
  const { file, mode = "overwrite", failOnWarnings = true, dialects = ["rest"] } = source;
  const bytes = withoutByteOrderMark(source.bytes);
  const { text, parsed, syntax } = readText(bytes, file);
  const located = ({ offset, message }: Finding): DefinitionProblem => ({ file, ...positionAt(text, offset), message });
  if (parsed.kind === "unreadable") return parsed.problems.map(located);

  const { value: document, notes } = parsed.document;
  if (!isMapping(document)) return [located({ offset: undefined, message: notAMapping(document) })];
  const at = ({ at, message }: Said): Finding => ({ offset: notes.offsetOf(...at), message });
  const readings = readingsOf((dialect) => readAs(dialect, document, { mode, failOnWarnings }));
  const sent: Sent = syntax === "JSON" ? { kind: "as it is" } : sentFor(document, notes);
  const paths = pathsProblems(notes, document);
  const problems = [
    ...versionProblems(notes, document, syntax),
    ...paths,
    ...cloudFormationProblems(notes),
    ...(paths.length > 0 ? [] : inAll(dialects.map((dialect) => readings(dialect).problems)).map(at)),
    ...(sent.kind === "too large" ? [sent.problem] : []),
  ];
  const format = formatOf(document);
  if (problems.length > 0 || format === undefined) return limited(problems).map(located);
  return {
    file,
    format,
    bytes: sent.kind === "as JSON" ? sent.bytes : bytes,
    digest: createHash("sha256").update(bytes).digest("hex"),
    dialects,
    as: readingsOf((dialect) => {
      const { found, needs, problems, warnings } = readings(dialect);
      return {
        problems: limited(problems.map(at)).map(located),
        routes: found.operations.map(({ route }) => route),
        needs,
        functions: functionTextsOf(found.operations),
        warnings: limited([...warnings.map(at), ...placeholderWarnings(notes)]).map(located),
      };
    }),
    settings: apiSettingsOf(document),
    stageVariables: stageVariablesIn(document),
    notes: sent.kind === "as JSON" ? [located(sent.note)] : [],
    locate: (message) => {
      const member = memberNamed(message, document, readings(dialects[0]).found);
      return positionAt(text, member && notes.offsetOf(...member));
    },
  };
};

/** Reads as each kind at most once: a large file takes its time. */
const readingsOf = <T>(read: (dialect: Dialect) => T): ((dialect: Dialect) => T) => {
  const done = new Map<Dialect, T>();
  return (dialect) => {
    const reading = done.get(dialect) ?? read(dialect);
    done.set(dialect, reading);
    return reading;
  };
};

/** What all of the lists say: it is wrong whichever of the kinds the API is of. */
const inAll = ([first = [], ...others]: readonly (readonly Said[])[]): readonly Said[] => {
  const keyOf = ({ at, message }: Said): string => JSON.stringify([at, message]);
  const known = others.map((list) => new Set(list.map(keyOf)));
  return first.filter((one) => known.every((keys) => keys.has(keyOf(one))));
};

const withoutByteOrderMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? bytes.subarray(3) : bytes;

const notAMapping = (value: unknown): string => {
  if (value === null || value === "") return EMPTY;
  if (textOf(value)?.startsWith("version https://git-lfs.github.com/")) return GIT_LFS;
  const found = Array.isArray(value) ? "a list" : "a single value";
  return `It is ${found}. A definition is a mapping with \`openapi\` or \`swagger\`, \`info\` and \`paths\` at its top.`;
};

const GIT_LFS = "It is a pointer of Git LFS in place of the file: give actions/checkout `lfs: true`.";

const pathsProblems = (notes: DocumentNotes, document: Mapping): readonly Finding[] => {
  if (isMapping(document["paths"])) return [];
  return "paths" in document
    ? [{ offset: notes.offsetOf("paths"), message: "`paths` must be a mapping of paths, for example `/pets:`." }]
    : [{ offset: undefined, message: "`paths` is missing: the mapping of the API's paths, for example `/pets:`." }];
};

/** Nobody reads more at once; the last one says how many there are. */
const limited = (findings: readonly Finding[]): readonly Finding[] => {
  const shown = findings.slice(0, MAXIMUM_PROBLEMS);
  const [last, more] = [shown.at(-1), findings.length - shown.length];
  if (last === undefined || more === 0) return shown;
  return [...shown.slice(0, -1), { ...last, message: `${last.message} There are ${more} more like this.` }];
};
