import type { GateEvidence } from "../domain/gate.ts";
import type { Deployment, Stage } from "../domain/stage.ts";
import { comparesContracts, type PromoteRequest } from "../inputs/request.ts";
import { readJobClaims } from "../runner/oidc.ts";
import { observeAlarms } from "./alarms.ts";
import { contractOfStage, exported, lookInto } from "./contracts.ts";
import type { PromoteObserved } from "./observed.ts";
import { observeReadiness } from "./readiness.ts";
import { observeRecords } from "./records.ts";
import type { Session } from "./session.ts";
import { observeDocumentation, observeSettings } from "./settings.ts";
import { observeStageQuota } from "./stage-quota.ts";

/** Reads what a promotion depends on, its gate beside it. Throws ActionError. */
export const observePromote = async (request: PromoteRequest, session: Session): Promise<PromoteObserved> => {
  const { gateway, github, world } = session;
  const [[stages, deployments], api, settingsFacts, gate, alarms] = await Promise.all([
    observeDeployments(request, gateway),
    gateway.getApi(),
    observeSettings(request.settings, false, gateway),
    observeOwnGate(request, session),
    observeAlarms(request.watch, session),
  ]);
  const known = {
    cloudWatchRole: settingsFacts.cloudWatchRole,
    routes: [deployments.comes?.routes],
    integrations: deployments.integrations ?? [],
  };
  const [documentation, readiness, records, stageQuota] = await Promise.all([
    observeDocumentation(request, stages, gateway),
    observeReadiness(request, stages, known, session),
    observeRecords(request, stages, github),
    observeStageQuota(request, stages, gateway),
  ]);
  return {
    place: gateway.place,
    api,
    stages,
    ...deployments,
    stageQuota,
    ...settingsFacts,
    ...readiness,
    documentation,
    gate,
    alarms,
    ...records,
    now: world.clock.now(),
  };
};

type Deployments = Pick<
  PromoteObserved,
  "comes" | "servedDeployment" | "integrations" | "comingContract" | "servedContract"
>;

const observeDeployments = async (
  request: PromoteRequest,
  gateway: Session["gateway"],
): Promise<readonly [readonly Stage[], Deployments]> => {
  const { source, stageName } = request;
  const contracts = comparesContracts(request);
  const [stages, found, requested] = await Promise.all([
    gateway.getStages(),
    source.kind === "stage" ? gateway.getExport(source.stageName) : undefined,
    source.kind === "deployment" ? gateway.getDeployment(source.deploymentId, true) : undefined,
  ]);
  const servedBy = async (name: string): Promise<Deployment | undefined> => {
    const id = stages.find((stage) => stage.name === name)?.deploymentId;
    return id === undefined ? undefined : gateway.getDeployment(id, true);
  };
  const [servedDeployment, comes, servedContract, inside] = await Promise.all([
    servedBy(stageName),
    source.kind === "stage" ? servedBy(source.stageName) : requested,
    contracts && stages.some(({ name }) => name === stageName) ? contractOfStage(gateway, stageName) : undefined,
    source.kind === "stage"
      ? { contract: exported(gateway, source.stageName, found), integrations: found?.integrations }
      : lookInto(gateway, source.deploymentId, stages),
  ]);
  const { integrations, contract } = inside;
  return [stages, { servedDeployment, comes, integrations, servedContract, comingContract: contract }];
};

const observeOwnGate = async (
  request: PromoteRequest,
  { github, world }: Session,
): Promise<GateEvidence | undefined> => {
  // A plan is mostly made by another job than the one behind the gate: only who requires the gate is told.
  if (request.gate === "off" || (request.dryRun && request.gate !== "require")) return undefined;
  const { gateWithoutGitHub, observeGate } = await import(/* webpackChunkName: "story" */ "../github/gate.ts");
  const readClaims = (): ReturnType<typeof readJobClaims> => readJobClaims(world);
  if (github.client === undefined) return gateWithoutGitHub(readClaims);
  const { jobDeployment } = await github.observed;
  const { environment } = await github.environments;
  const { checkRunId, run } = request;
  return observeGate({ environment, runId: run.runId, checkRunId, jobDeployment }, github.client, readClaims);
};
