import type { RestApi, Stage, World } from "../model.ts";
import { badRequest } from "../service-error.ts";
import { setCacheClusterEnabled, setCacheClusterSize } from "./cache.ts";
import { copyFromCanary, patchCanary } from "./canary.ts";
import { methodSettingPath, replaceMethodSetting, replaceMethodSettings } from "./method-settings.ts";
import { type PatchOperation, parseBoolean, parseStringMap, patchValue } from "./patch.ts";
import { cannotRemove, invalidAccessLogPath, invalidOperation, invalidPath } from "./patch-refusals.ts";
import {
  checkAccessLogDestination,
  checkAccessLogFormat,
  checkDeploymentExists,
  checkDocumentationVersionExists,
  checkVariables,
} from "./stage-rules.ts";

/** The largest number of operations that callers found to be accepted in one UpdateStage. */
const maximumOperations = 80;

/**
 * The stage as a list of patches makes it, in their order; the given stage is left as it is, so that a refused
 * operation undoes those before it.
 *
 * @throws ServiceError 400
 */
export const patchedStage = (world: World, api: RestApi, stage: Stage, patches: readonly PatchOperation[]): Stage => {
  if (patches.length > maximumOperations) {
    throw badRequest("Update size too large. Try updating stage in multiple UpdateStage operations");
  }
  const patched = structuredClone(stage);
  for (const patch of patches) effectOf(patch)({ world, api, stage: patched, patch });
  return patched;
};

type Target = { readonly world: World; readonly api: RestApi; readonly stage: Stage; readonly patch: PatchOperation };
type Effect = (target: Target) => void;

const effectOf = (patch: PatchOperation): Effect => {
  const { op, path } = patch;
  if (op === "copy") return ({ stage }) => copyFromCanary(stage, patch);
  if (Object.hasOwn(attributes, path)) return replaceAttribute;
  if (isAtOrBelow("/accessLogSettings", path)) return op === "remove" ? removeAccessLogs : replaceAccessLogs;
  if (isAtOrBelow("/canarySettings", path)) return ({ api, stage }) => patchCanary(api, stage, patch);
  if (isAtOrBelow("/variables", path)) return op === "remove" ? removeVariables : replaceVariables;
  return op === "remove" ? removeMethodSettings : replaceMethodSettingLeaf;
};

const isAtOrBelow = (parent: string, path: string): boolean => path === parent || path.startsWith(`${parent}/`);

const requireReplace = (patch: PatchOperation): void => {
  if (patch.op === "remove") throw cannotRemove(patch);
  if (patch.op !== "replace") throw invalidOperation(patch);
};

const replaceAttribute: Effect = (target) => {
  requireReplace(target.patch);
  attributes[target.patch.path]?.(target);
};

/** The paths that only `replace` applies to. */
const attributes: Readonly<Record<string, Effect>> = {
  "/deploymentId": ({ api, stage, patch }) => {
    checkDeploymentExists(api, patch.value);
    stage.deploymentId = patchValue(patch);
  },
  "/description": ({ stage, patch }) => setText(stage, "description", patchValue(patch)),
  "/cacheClusterEnabled": ({ world, stage, patch }) =>
    setCacheClusterEnabled(stage, parseBoolean(patchValue(patch), patch.path), world),
  "/cacheClusterSize": ({ world, stage, patch }) => setCacheClusterSize(stage, patchValue(patch), world),
  "/clientCertificateId": ({ world, stage, patch }) => {
    const id = patchValue(patch);
    // Neither the text nor that an empty one detaches the certificate is documented.
    if (id !== "" && !world.generatedCertificates.has(id)) {
      throw badRequest("Invalid client certificate identifier specified");
    }
    setText(stage, "clientCertificateId", id);
  },
  "/documentationVersion": ({ api, stage, patch }) => {
    if (patchValue(patch) !== "") checkDocumentationVersionExists(api, patchValue(patch));
    setText(stage, "documentationVersion", patchValue(patch));
  },
  "/tracingEnabled": ({ stage, patch }) => {
    stage.tracingEnabled = parseBoolean(patchValue(patch), patch.path);
  },
  "/methodSettings": ({ stage, patch, world }) => replaceMethodSettings(stage, patch, world),
};

const setText = (
  stage: Stage,
  member: "clientCertificateId" | "description" | "documentationVersion",
  text: string,
): void => {
  if (text === "") delete stage[member];
  else stage[member] = text;
};

/** The settings go as a whole; a single one of them cannot (recorded behaviour). */
const removeAccessLogs: Effect = ({ stage, patch }) => {
  if (patch.path !== "/accessLogSettings" || !stage.accessLogSettings) throw cannotRemove(patch);
  delete stage.accessLogSettings;
};

const replaceAccessLogs: Effect = ({ world, stage, patch }) => {
  const member = accessLogMembers[patch.path];
  if (!member) throw invalidAccessLogPath();
  if (patch.op !== "replace" && patch.op !== "add") throw invalidOperation(patch);
  const value = patch.value ?? "";
  if (member === "format") checkAccessLogFormat(value);
  else checkAccessLogDestination(value, world);
  stage.accessLogSettings = { ...stage.accessLogSettings, [member]: value };
};

const accessLogMembers: Readonly<Record<string, "destinationArn" | "format">> = {
  "/accessLogSettings/destinationArn": "destinationArn",
  "/accessLogSettings/format": "format",
};

/** The name in `/variables/{name}`; nothing for the whole map. */
const variableName = ({ path }: PatchOperation): string | undefined =>
  path === "/variables" ? undefined : path.slice("/variables/".length);

const replaceVariables: Effect = ({ stage, patch }) => {
  if (patch.op !== "replace") throw invalidOperation(patch);
  const name = variableName(patch);
  const value = patchValue(patch);
  setVariables(stage, name === undefined ? parseStringMap(value, patch.path) : { ...stage.variables, [name]: value });
};

const removeVariables: Effect = ({ stage, patch }) => {
  const name = variableName(patch);
  const variables = stage.variables ?? {};
  // What the service says to a variable that is not there is not documented; the strict answer is the safe one.
  if (name !== undefined && !Object.hasOwn(variables, name)) throw cannotRemove(patch);
  const left = Object.entries(variables).filter(([variable]) => name !== undefined && variable !== name);
  setVariables(stage, Object.fromEntries(left));
};

const setVariables = (stage: Stage, variables: Record<string, string>): void => {
  checkVariables(variables);
  if (Object.keys(variables).length === 0) delete stage.variables;
  else stage.variables = variables;
};

const removeMethodSettings: Effect = ({ stage, patch }) => {
  const key = patch.path.slice(1);
  if (!Object.hasOwn(stage.methodSettings, key)) throw cannotRemove(patch);
  delete stage.methodSettings[key];
};

const replaceMethodSettingLeaf: Effect = ({ world, stage, patch }) => {
  const setting = methodSettingPath(patch.path);
  if (!setting) throw invalidPath(patch);
  requireReplace(patch);
  replaceMethodSetting(stage, setting, patch, world);
};
