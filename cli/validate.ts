import type { Dialect } from "../src/domain/definition.ts";
import { ActionError, asActionError, placeText } from "../src/domain/errors.ts";
import type { Log, World } from "../src/domain/world.ts";
import { policyProblems } from "../src/inputs/canary/policy.ts";
import type { Definition, Reading } from "../src/inputs/definition/read-definition.ts";
import { readRequest } from "../src/inputs/read-request.ts";
import { readSettingsFile } from "../src/inputs/settings/read-settings.ts";
import { resolveSettings, type StageWish } from "../src/inputs/settings/resolve.ts";
import { observeRun } from "../src/observe/run.ts";
import { remarksOn } from "../src/plan/deploy-warnings.ts";
import { exitCodeOf } from "../src/report/exit-code.ts";
import { logError } from "../src/report/log-error.ts";
import { counted } from "../src/report/text/prose.ts";
import { runnerInputs } from "../src/runner/inputs.ts";
import { failuresHere, jsonOf } from "./failure.ts";
import { localRun } from "./local-run.ts";
import { type Asked, asVariables } from "./run-on-terminal.ts";
import { paint, type Terminal, terminalLog } from "./terminal.ts";

/** For what a deployment needs and a file does not tell: nobody is asked about it. */
const STAND_IN = { "stage-name": "validate" };

/** What reads the definition and the settings, whatever command they are for. */
const READING = { command: "deploy", "github-token": "" };

/** Which kinds of APIs the definition is judged for: that of the input that is given, or all. */
const dialectsOf = (inputs: Asked["inputs"]): readonly Dialect[] => {
  if (inputs["rest-api-id"] !== undefined) return ["rest"];
  return inputs["api-id"] === undefined ? ["rest", "http"] : ["http"];
};

const withId = (inputs: Asked["inputs"]): Asked["inputs"] =>
  inputs["rest-api-id"] === undefined ? { "api-id": "a1b2c3d4e5", ...inputs } : inputs;

const SETTINGS_FILE = ".github/apigw-stages.yml";

/** Reads the inputs as a run would, the settings file and the definition among them. Answers the exit code. */
export const validate = async (
  { inputs, json, folder, pages }: Asked,
  terminal: Terminal,
  worldOf: () => World,
): Promise<number> => {
  const given = asVariables({ ...STAND_IN, ...withId(inputs), ...READING });
  Object.assign(process.env, localRun(folder, process.env).variables, given);
  const world = worldOf();
  const { log, failure } = failuresHere(terminalLog(terminal, world.secrets), pages, world);
  const { run } = await observeRun(world);
  try {
    const request = await readRequest(runnerInputs, run, world.files.ofWorkspace, true);
    const definition = request.command === "deploy" ? request.definition?.definition : undefined;
    const verdicts = definition === undefined ? [] : verdictsOn(definition, dialectsOf(inputs));
    if (definition !== undefined) tellRemarks(definition, verdicts, log);
    const file = settingsIn(inputs["settings-file"] ?? SETTINGS_FILE, world);
    const stages = file?.stages;
    requireSoundPolicies(wishesOf(request, file, inputs["settings"] !== undefined));
    if (definition === undefined && stages === undefined && inputs["settings"] === undefined) {
      const message = `There is nothing to validate: no ${SETTINGS_FILE} is here, and no --definition is given.`;
      terminal.complain(message);
      if (json) terminal.print(jsonOf({ valid: false, code: "NOTHING_TO_VALIDATE", message, ...NOTHING }, world));
      return 2;
    }
    const result = {
      valid: true,
      routes: verdicts.find(isFit)?.routes ?? null,
      kinds: Object.fromEntries(verdicts.map(({ dialect, problems }) => [dialect, { problems }])),
      stages: stages ?? null,
    };
    if (json) terminal.print(jsonOf(result, world));
    else terminal.print(paint(terminal, "green", sentenceOf(verdicts, result.stages)));
    return 0;
  } catch (thrown) {
    const error = asActionError(thrown, "read the inputs");
    logError(error, run, log);
    if (json) terminal.print(jsonOf({ valid: false, ...failure() }, world));
    return exitCodeOf(error);
  }
};

const NOTHING = { remedy: "Give --definition, --settings or --settings-file.", problems: [] };

/** What the settings file declares, which was read once and found well; `undefined`: there is no such file. */
const settingsIn = (path: string, { files }: World) => {
  const file = files.ofWorkspace(path, LIMIT);
  const reading = file.kind === "file" ? readSettingsFile(file.bytes.toString("utf8"), path) : undefined;
  return reading?.kind === "settings" ? { ...reading, stages: Object.keys(reading.settings.stages ?? {}) } : undefined;
};

/** Of every stage that the file names; what a pattern's stages add to it is not known here. `inline`: of the input, too. */
const wishesOf = (
  request: Awaited<ReturnType<typeof readRequest>>,
  file: ReturnType<typeof settingsIn>,
  inline: boolean,
): readonly StageWish[] => {
  const named = (file?.stages ?? []).filter((name) => !name.includes("*"));
  return [
    ...("settings" in request && (inline || named.length === 0) ? [request.settings] : []),
    ...named.map((name) => resolveSettings(name, file?.settings, undefined, file?.placeOf)),
  ];
};

/** A run judges the policy of its own stage, where it has to do with a canary. Throws ActionError. */
const requireSoundPolicies = (wishes: readonly StageWish[]): void => {
  const problems = wishes.flatMap(policyProblems);
  if (problems.length === 0) return;
  const places = problems.flatMap(({ message, place }) => (place === undefined ? [] : [{ ...place, message }]));
  const lines = problems.map(
    ({ message, place }) => `  ${place === undefined ? `settings: ${message}` : placeText({ ...place, message })}`,
  );
  throw new ActionError({
    code: "INVALID_INPUT",
    doing: "read the settings",
    happened: ["A canary could not go on by them:", ...new Set(lines)].join("\n"),
    acted: "no",
    state: "Nothing was requested from AWS or GitHub.",
    places,
  });
};

const LIMIT = 1024 * 1024;

type Verdict = {
  readonly dialect: Dialect;
  readonly problems: Reading["problems"];
  readonly routes: number;
};

const KINDS: Readonly<Record<Dialect, string>> = { rest: "a REST API", http: "an HTTP API" };

const isFit = ({ problems }: Verdict): boolean => problems.length === 0;

/** What each kind of API makes of it. Throws ActionError where none of them takes it. */
const verdictsOn = ({ as, file }: Definition, dialects: readonly Dialect[]): readonly Verdict[] => {
  const verdicts = dialects.map((dialect): Verdict => {
    const { problems, routes } = as(dialect);
    return { dialect, problems, routes: routes.length };
  });
  if (verdicts.some(isFit)) return verdicts;
  const places = verdicts.flatMap(({ dialect, problems }) =>
    problems.map((place) => ({ ...place, message: `For ${KINDS[dialect]}: ${place.message}` })),
  );
  throw new ActionError({
    code: "INVALID_DEFINITION",
    doing: `read ${file}`,
    happened: ["It is not as an API takes it:", ...places.map((place) => `  ${placeText(place)}`)].join("\n"),
    acted: "no",
    places,
  });
};

const tellRemarks = (definition: Definition, verdicts: readonly Verdict[], log: Log): void => {
  const dialect = verdicts.find(isFit)?.dialect;
  for (const remark of remarksOn(definition, { kind: { dialect } })) log.at(remark, "Definition");
};

const sentenceOf = (verdicts: readonly Verdict[], stages: readonly string[] | null): string => {
  const fit = verdicts.filter(isFit);
  const [one] = fit;
  const unfit = verdicts
    .filter((verdict) => !isFit(verdict))
    .map(({ dialect, problems: { length } }) => ` and not for ${KINDS[dialect]} (${counted(length, "problem")})`);
  const parts = [
    ...(one === undefined
      ? []
      : [
          `the definition, with ${counted(one.routes, "route")}, for ${fit.map(({ dialect }) => KINDS[dialect]).join(" and ")}${unfit.join("")}`,
        ]),
    ...(stages === null ? [] : [`the settings of ${stages.length === 0 ? "no stage by name" : stages.join(", ")}`]),
  ];
  return `Valid: ${parts.join("; ") || "the settings"}`;
};
