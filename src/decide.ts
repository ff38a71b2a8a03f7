import type { Gateway } from "./aws/rest-api/gateway.ts";
import { isProduction } from "./domain/environment.ts";
import type { StageRecord } from "./domain/github-record.ts";
import { ownerTags } from "./domain/owner.ts";
import { routeFrom } from "./domain/route.ts";
import type { Compared, Deployment, Place, RestApi, Stage } from "./domain/stage.ts";
import type { PointingRequest, PromoteRequest, RollbackRequest } from "./inputs/request.ts";
import { observe, observeSettings } from "./observe.ts";
import { planDeploy, refuseSettings } from "./plan/deploy.ts";
import { type History, historyOf } from "./plan/history.ts";
import type { Plan, Refusal } from "./plan/plan.ts";
import { planPromote } from "./plan/promote.ts";
import { planRollback } from "./plan/rollback.ts";
import { diffRoutes } from "./plan/routes/diff.ts";
import { refuseRoutes } from "./plan/routes/fail-on.ts";
import { servedRecords } from "./plan/served-records.ts";
import { checkSettings } from "./plan/settings/checks.ts";
import { planSettings, type SettingsPlan } from "./plan/settings/plan-settings.ts";

/** What was found, as far as carrying out and reporting need it, and what is to be done. */
export type Decision = {
  readonly facts: Facts;
  readonly outcome: Plan | Refusal;
};

export type Facts = {
  readonly place: Place;
  readonly api: RestApi;
  readonly stages: readonly Stage[];
  readonly compared: Compared | undefined;
  /** What the stage served; only a rollback asks for it. */
  readonly history: History | undefined;
};

/** Observes and plans. `records`: our GitHub deployments of the stage. Throws ActionError. */
export const decide = async (
  request: PointingRequest,
  gateway: Gateway,
  records: () => Promise<readonly StageRecord[]>,
): Promise<Decision> => {
  switch (request.command) {
    case "deploy": {
      const observed = await observe(request, gateway);
      return { facts: { ...observed, history: undefined }, outcome: planDeploy(request, observed) };
    }
    case "promote":
      return decidePromotion(request, gateway);
    case "rollback":
      return decideRollback(request, gateway, records);
  }
};

const decidePromotion = async (request: PromoteRequest, gateway: Gateway): Promise<Decision> => {
  const { source, stageName, restApiId } = request;
  const [api, stages, requestedDeployment, settingsFacts] = await Promise.all([
    gateway.getRestApi(),
    gateway.getStages(),
    source.kind === "deployment" ? gateway.getDeployment(source.deploymentId, true) : undefined,
    observeSettings(request.settings, true, gateway),
  ]);
  const target = stages.find(({ name }) => name === stageName);
  const idOf = (name: string): string | undefined => stages.find((stage) => stage.name === name)?.deploymentId;
  const withRoutes = async (id: string | undefined): Promise<Deployment | undefined> =>
    id === undefined ? undefined : gateway.getDeployment(id, true);
  const [serves, comes] = await Promise.all([
    withRoutes(target?.deploymentId),
    source.kind === "stage" ? withRoutes(idOf(source.stageName)) : requestedDeployment,
  ]);
  const compared = serves?.routes && { name: `stage ${stageName}`, routes: serves.routes };
  const routes = compared && comes?.routes && diffRoutes(compared.routes, comes.routes);
  const settings = planSettings({
    wanted: request.settings,
    current: target?.settings,
    routes: comes?.routes && [...comes.routes.keys()].map(routeFrom),
  });
  const checked = checkedSettings(request, settings, settingsFacts);
  const outcome = planPromote(
    {
      restApiId,
      stageName,
      source,
      tags: ownerTags({ repositoryId: request.run.repository.id, pullRequest: undefined }, { restApiId, stageName }),
    },
    {
      stages,
      requestedDeployment,
      settings: { ...settings, warnings: [...settings.warnings, ...checked.warnings] },
      routes,
    },
  );
  const refusal =
    refuseSettings([...settings.problems, ...checked.problems]) ?? (routes && refuseRoutes(routes, request.failOn));
  return {
    facts: { place: gateway.place, api, stages, compared, history: undefined },
    outcome: "refused" in outcome ? outcome : (refusal ?? outcome),
  };
};

const checkedSettings = (
  request: PointingRequest,
  plan: SettingsPlan,
  facts: Awaited<ReturnType<typeof observeSettings>>,
): ReturnType<typeof checkSettings> =>
  checkSettings({
    plan,
    wanted: request.settings,
    cloudWatchRole: facts.cloudWatchRole,
    integrations: facts.draft?.integrations,
    preview: request.previewOf !== undefined,
    production: isProduction(request.environment),
  });

const decideRollback = async (
  request: RollbackRequest,
  gateway: Gateway,
  records: () => Promise<readonly StageRecord[]>,
): Promise<Decision> => {
  const { restApiId, stageName } = request;
  const [api, stages, deployments, served, settingsFacts] = await Promise.all([
    gateway.getRestApi(),
    gateway.getStages(),
    gateway.getDeployments(),
    records(),
    observeSettings(request.settings, false, gateway),
  ]);
  const stage = stages.find(({ name }) => name === stageName);
  const history = historyOf(
    { restApiId, stageName },
    {
      tags: stage?.tags ?? {},
      records: servedRecords(served, deployments),
      deployments,
    },
  );
  const settings = planSettings({ wanted: request.settings, current: stage?.settings, routes: undefined });
  const checked = checkedSettings(request, settings, settingsFacts);
  const outcome = planRollback(
    { restApiId, stageName, deploymentId: request.deploymentId },
    { stages, deployments, history, settings },
  );
  return {
    facts: { place: gateway.place, api, stages, compared: undefined, history },
    outcome: "refused" in outcome ? outcome : (refuseSettings([...settings.problems, ...checked.problems]) ?? outcome),
  };
};
