import type { CanarySettings, RestApi, Stage } from "../model.ts";
import { badRequest } from "../service-error.ts";
import { type PatchOperation, parseBoolean, parseDouble, parseStringMap, patchValue } from "./patch.ts";
import { cannotRemove, invalidOperation, invalidPath } from "./patch-refusals.ts";
import { checkDeploymentExists, checkPercentTraffic, checkVariables } from "./stage-rules.ts";

/** The members of `canarySettings` in the inputs of CreateStage and, without a deployment, of CreateDeployment. */
export type CanaryInput = {
  readonly percentTraffic?: number;
  readonly deploymentId?: string;
  readonly stageVariableOverrides?: Readonly<Record<string, string>>;
  readonly useStageCache?: boolean;
};

/**
 * The canary that a creating call asks for, on `deploymentId`.
 *
 * @throws ServiceError 400
 */
export const canaryFrom = (input: CanaryInput, deploymentId: string): CanarySettings => {
  const percentTraffic = input.percentTraffic ?? 0;
  checkPercentTraffic(percentTraffic);
  checkVariables(input.stageVariableOverrides);
  return {
    percentTraffic,
    deploymentId,
    ...overridesMember(input.stageVariableOverrides ?? {}),
    useStageCache: input.useStageCache ?? false,
  };
};

/**
 * Applies one patch below `/canarySettings`. Replacing a member of a canary that is not there makes the canary: with
 * the stage's own deployment, no traffic and no stage cache (recorded behaviour for percentTraffic and deploymentId).
 *
 * @throws ServiceError 400
 */
export const patchCanary = (api: RestApi, stage: Stage, patch: PatchOperation): void => {
  if (patch.op === "remove") removeFromCanary(stage, patch);
  else replaceInCanary(api, stage, patch);
};

const memberOf = ({ path }: PatchOperation): string => path.slice("/canarySettings".length);

const replaceInCanary = (api: RestApi, stage: Stage, patch: PatchOperation): void => {
  const member = memberOf(patch);
  const replace = replacements[member] ?? overrideReplacement(member);
  if (!replace) throw invalidPath(patch);
  if (patch.op !== "replace") throw invalidOperation(patch);
  const canary = stage.canarySettings ?? { percentTraffic: 0, deploymentId: stage.deploymentId, useStageCache: false };
  replace(canary, patch, api);
  stage.canarySettings = canary;
};

type Replacement = (canary: CanarySettings, patch: PatchOperation, api: RestApi) => void;

const replacements: Readonly<Record<string, Replacement>> = {
  "/percentTraffic": (canary, patch) => {
    canary.percentTraffic = parseDouble(0, 100)(patchValue(patch), patch.path);
  },
  "/deploymentId": (canary, patch, api) => {
    checkDeploymentExists(api, patch.value);
    canary.deploymentId = patchValue(patch);
  },
  "/useStageCache": (canary, patch) => {
    canary.useStageCache = parseBoolean(patchValue(patch), patch.path);
  },
  "/stageVariableOverrides": (canary, patch) => setOverrides(canary, parseStringMap(patchValue(patch), patch.path)),
};

const overridesPath = "/stageVariableOverrides/";

const overrideReplacement = (member: string): Replacement | undefined => {
  if (!member.startsWith(overridesPath)) return undefined;
  const name = member.slice(overridesPath.length);
  return (canary, patch) => setOverrides(canary, { ...canary.stageVariableOverrides, [name]: patchValue(patch) });
};

const removeFromCanary = (stage: Stage, patch: PatchOperation): void => {
  const member = memberOf(patch);
  const canary = stage.canarySettings;
  if (member === "" && canary) {
    delete stage.canarySettings;
    return;
  }
  if (Object.hasOwn(replacements, member) && member !== "/stageVariableOverrides") throw invalidOperation(patch);
  const name = member.startsWith(overridesPath) ? member.slice(overridesPath.length) : undefined;
  if (!canary || name === undefined || !Object.hasOwn(canary.stageVariableOverrides ?? {}, name)) {
    throw cannotRemove(patch);
  }
  const { [name]: _, ...rest } = canary.stageVariableOverrides ?? {};
  setOverrides(canary, rest);
};

const setOverrides = (canary: CanarySettings, overrides: Record<string, string>): void => {
  checkVariables(overrides);
  delete canary.stageVariableOverrides;
  Object.assign(canary, overridesMember(overrides));
};

const overridesMember = (
  overrides: Readonly<Record<string, string>>,
): Pick<CanarySettings, "stageVariableOverrides"> =>
  Object.keys(overrides).length === 0 ? {} : { stageVariableOverrides: { ...overrides } };

const copyTargets = ["/deploymentId", "/variables"];
const copySources = ["/canarySettings/deploymentId", "/canarySettings/stageVariableOverrides"];

/**
 * The promotion of a canary. Copied overrides are merged into the stage's variables; the canary stays as it is
 * (recorded behaviour).
 *
 * @throws ServiceError 400
 */
export const copyFromCanary = (stage: Stage, patch: PatchOperation): void => {
  const target = copyTargets.indexOf(patch.path);
  if (target === -1 || patch.from !== copySources[target]) {
    throw badRequest(
      `Invalid copy operation with path: ${patch.path} and from ${patch.from ?? null}. Valid copy:path are [${copyTargets.join(", ")}] and valid copy:from are [${copySources.join(", ")}]`,
    );
  }
  const canary = stage.canarySettings;
  if (!canary) throw badRequest("Promotion not available. Canary does not exist.");
  if (patch.path === "/deploymentId") {
    stage.deploymentId = canary.deploymentId;
    return;
  }
  if (!canary.stageVariableOverrides) return;
  stage.variables = { ...stage.variables, ...canary.stageVariableOverrides };
  checkVariables(stage.variables);
};
