import type { Run } from "../domain/run.ts";
import type { WorkspaceFiles } from "../domain/world.ts";
import { readConditions, STATUS_FAIL_ON, type StatusCondition } from "./fail-on.ts";
import type { InputReader } from "./reader.ts";
import type { SettingsFile } from "./settings/schema.ts";
import { readSettingsOfFile } from "./settings/settings-inputs.ts";
import { type ApiGivenAs, readApi, readExpectedAccountId, readInvokeUrl, readLabel } from "./target.ts";

/** Every API of the account and Region: REST APIs alone, or those of all kinds, as the input says. */
export const ALL = "all";

/** What `command: status` was asked to tell. */
export type StatusRequest = {
  readonly command: "status";
  readonly run: Run;
  /** Or ALL. */
  readonly restApiId: string;
  readonly apiGivenAs: ApiGivenAs;
  /** What people call the API; `undefined`: by its name. */
  readonly label: string | undefined;
  /** The account that the credentials must belong to; `undefined`: any. */
  readonly expectedAccountId: string | undefined;
  /** Empty when the workflow gave none. */
  readonly githubToken: string;
  /** Template of the stages' URLs; `undefined`: API Gateway's own. */
  readonly invokeUrl: string | undefined;
  /** What the stages should be like; `undefined`: no file says so. */
  readonly settingsFile: SettingsFile | undefined;
  /** Whether the draft is compared with what the stages serve, at a request for each deployment that is served. */
  readonly details: boolean;
  /** What ends the run red. */
  readonly failOn: readonly StatusCondition[];
  /** A status writes nothing in any case. */
  readonly dryRun: boolean;
};

export const readStatusRequest = async (read: InputReader, run: Run, files: WorkspaceFiles): Promise<StatusRequest> => {
  const failOn = readConditions(read, STATUS_FAIL_ON);
  const { restApiId, apiGivenAs } = readApi(read);
  // A repository's own file is about its own API.
  const isAboutAll = restApiId === ALL && read.text("settings-file") === undefined;
  const settingsFile = isAboutAll ? undefined : await readSettingsOfFile(read, files);
  if (failOn.includes("drift") && settingsFile === undefined) {
    read.report("fail-on", "drift is held against the settings file, and there is none: give settings-file.");
  }
  const aboutDraft = failOn.find((condition) => condition !== "drift");
  const details = read.boolean("details", restApiId !== ALL || aboutDraft !== undefined);
  if (aboutDraft !== undefined && !details) {
    read.report("details", `fail-on names ${aboutDraft}, which needs the draft to be compared.`);
  }
  return {
    command: "status",
    run,
    restApiId,
    apiGivenAs,
    label: readLabel(read),
    expectedAccountId: readExpectedAccountId(read),
    githubToken: read.text("github-token") ?? "",
    invokeUrl: readInvokeUrl(read),
    settingsFile,
    details,
    failOn,
    dryRun: read.boolean("dry-run", false),
  };
};
