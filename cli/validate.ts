import { asActionError } from "../src/domain/errors.ts";
import type { World } from "../src/domain/world.ts";
import { readRequest } from "../src/inputs/read-request.ts";
import { readSettingsFile } from "../src/inputs/settings/read-settings.ts";
import { observeRun } from "../src/observe/run.ts";
import { remarksOn } from "../src/plan/deploy-warnings.ts";
import { exitCodeOf } from "../src/report/exit-code.ts";
import { logError } from "../src/report/log-error.ts";
import { runnerInputs } from "../src/runner/inputs.ts";
import { localEnvironment } from "./local-run.ts";
import { type Asked, asVariables } from "./run-on-terminal.ts";
import { paint, type Terminal, terminalLog } from "./terminal.ts";

/** For what a deployment needs and a file does not tell: nobody is asked about them. */
const STAND_INS = { command: "deploy", "rest-api-id": "a1b2c3d4e5", "stage-name": "validate" };

const SETTINGS_FILE = ".github/apigw-stages.yml";

/** Reads the inputs as a run would, the settings file and the definition among them. Answers the exit code. */
export const validate = async (
  { inputs, json, folder }: Asked,
  terminal: Terminal,
  worldOf: () => World,
): Promise<number> => {
  const given = asVariables({ ...STAND_INS, ...inputs, "github-token": "" });
  Object.assign(process.env, localEnvironment(folder, {}), given);
  const world = worldOf();
  const log = terminalLog(terminal, world.secrets);
  const { run } = await observeRun(world);
  try {
    const request = await readRequest(runnerInputs, run, world.files.ofWorkspace, true);
    const definition = request.command === "deploy" ? request.definition?.definition : undefined;
    for (const remark of remarksOn(definition, undefined)) log.at(remark, "Definition");
    const stages = stagesIn(inputs["settings-file"] ?? SETTINGS_FILE, world);
    if (definition === undefined && stages === undefined && inputs["settings"] === undefined) {
      terminal.tell(`There is nothing to validate: no ${SETTINGS_FILE} is here, and no --definition is given.`);
      return 2;
    }
    const result = {
      valid: true,
      routes: definition?.as(definition.dialects[0]).routes.length ?? null,
      stages: stages ?? null,
    };
    if (json) terminal.print(JSON.stringify(result, undefined, 2));
    else terminal.print(paint(terminal, "green", sentenceOf(result)));
    return 0;
  } catch (thrown) {
    const error = asActionError(thrown, "read the inputs");
    logError(error, run, log);
    const { code, places: problems } = error;
    if (json) terminal.print(JSON.stringify({ valid: false, code, problems }, undefined, 2));
    return exitCodeOf(error);
  }
};

/** The stages of the settings file, which was read once and found well; `undefined`: there is no such file. */
const stagesIn = (path: string, { files }: World): readonly string[] | undefined => {
  const file = files.ofWorkspace(path, LIMIT);
  const reading = file.kind === "file" ? readSettingsFile(file.bytes.toString("utf8"), path) : undefined;
  return reading?.kind === "settings" ? Object.keys(reading.settings.stages ?? {}) : undefined;
};

const LIMIT = 1024 * 1024;

type Result = { readonly routes: number | null; readonly stages: readonly string[] | null };

const sentenceOf = ({ routes, stages }: Result): string =>
  [
    "Valid:",
    [
      ...(routes === null ? [] : [`the definition, with ${routes} ${routes === 1 ? "route" : "routes"}`]),
      ...(stages === null ? [] : [`the settings of ${stages.length === 0 ? "no stage by name" : stages.join(", ")}`]),
    ].join("; ") || "the settings",
  ].join(" ");
