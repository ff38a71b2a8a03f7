import type { Gateway } from "../aws/gateway.ts";
import type { DocumentationPresence, Draft, Stage } from "../domain/stage.ts";
import type { PointingRequest } from "../inputs/request.ts";
import type { StageWish } from "../inputs/settings/resolve.ts";
import type { AskedFacts } from "./observed.ts";
import type { Session } from "./session.ts";

/** What the checks of settings need to know. Throws ActionError. */
export const observeSettings = async (
  settings: StageWish,
  needsDraft: boolean,
  gateway: Gateway,
): Promise<AskedFacts> => {
  const planIds = settings["usage-plans"]?.value ?? [];
  const [draft, cloudWatchRole, plans] = await Promise.all([
    needsDraft ? gateway.getDraft() : undefined,
    wantsLogs(settings) ? gateway.getCloudWatchRole() : ("unknown" as const),
    Promise.all(planIds.map((id) => gateway.getUsagePlan(id))),
  ]);
  const usagePlans = new Map(plans.flatMap((plan) => (plan === undefined ? [] : [[plan.id, plan] as const])));
  return { draft, cloudWatchRole, usagePlans };
};

/**
 * Whether the documentation version is there that the stage is to get. Not asked for one that the stage has. Throws
 * ActionError.
 */
export const observeDocumentation = async (
  { settings, stageName }: Pick<PointingRequest, "settings" | "stageName">,
  stages: readonly Stage[],
  gateway: Gateway,
): Promise<DocumentationPresence> => {
  const wanted = settings["documentation-version"]?.value;
  const current = stages.find(({ name }) => name === stageName)?.settings.documentationVersion;
  return wanted === undefined || wanted === current ? "unknown" : gateway.findDocumentation(wanted);
};

/** Authorization that an authorizer of the API may do, which names stage variables as integrations do. */
const BY_AUTHORIZER: readonly string[] = ["CUSTOM", "JWT"];

/** The draft with what its authorizers say, where routes need them. Throws ActionError. */
export const withAuthorizers = async (
  draft: Draft | undefined,
  { gateway, world }: Session,
): Promise<Draft | undefined> => {
  const needs = [...(draft?.routes.values() ?? [])];
  if (draft === undefined || !needs.some(({ authorizationType }) => BY_AUTHORIZER.includes(authorizationType))) {
    return draft;
  }
  const authorizers = await gateway.getAuthorizers();
  if (authorizers === undefined) {
    world.log.info(
      "Nobody checked which stage variables the draft's authorizers use, because the role may not read them. docs/iam.md tells the statement, under “What a plan warns of”.",
    );
  }
  return { ...draft, integrations: [...draft.integrations, ...(authorizers ?? [])] };
};

/** Whether settings are about logs in CloudWatch. */
export const wantsLogs = ({ logging, routes = {} }: StageWish): boolean =>
  logging !== undefined || Object.values(routes).some((route) => !("value" in route) && route.logging !== undefined);
