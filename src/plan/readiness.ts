import type { InvokedFunction } from "../domain/function-policy.ts";
import { provenOwner, type StageAddress } from "../domain/owner.ts";
import { type Routes, someOf, sortRoutes } from "../domain/route.ts";
import type { ClientCertificate, CloudWatchRole, Place, Stage } from "../domain/stage.ts";
import { isLogGroup, logsExecution, type StageSettings } from "../domain/stage-settings.ts";
import { minuteText } from "../domain/time-text.ts";
import { holdsStage, type UsagePlan } from "../domain/usage-plan.ts";
import { webAclText } from "../domain/web-acl.ts";
import type { PointingRequest } from "../inputs/request.ts";
import { notInvocable } from "./invocable.ts";
import { SET_ROLE } from "./settings/checks.ts";
import type { SettingsPlan } from "./settings/plan-settings.ts";

/**
 * What people should see to before it hurts, though the run goes through: whole sentences, each with the fix. What is not
 * known is warned of nowhere, but for the variables of a deployment that nobody can look into.
 */

export type ReadinessFacts = {
  /** All stages of the API. */
  readonly stages: readonly Stage[];
  /** Of the stage; absent where it has none, or where it could not be read. */
  readonly certificate?: ClientCertificate | undefined;
  readonly cloudWatchRole: CloudWatchRole;
  /** Of the deployment that the stage will serve; `undefined` where they are not known. */
  readonly routes: Routes | undefined;
  /** All of the account; absent where they could not be read, or nobody needed them. */
  readonly usagePlansOfAll?: readonly UsagePlan[] | undefined;
  /** What becomes of the stage's settings. */
  readonly settings: Pick<SettingsPlan, "writes" | "variablesAfter">;
  /** The deployment that the stage will serve, where nothing tells what its integrations use. */
  readonly unread: string | undefined;
  /** What the stage will invoke, as far as it is known. */
  readonly functions?: readonly InvokedFunction[] | undefined;
  readonly place: Place;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** `stage`: `undefined` when it does not exist yet. */
export const readinessWarnings = (
  request: PointingRequest,
  stage: Stage | undefined,
  facts: ReadinessFacts,
): readonly string[] => [
  ...withoutWebAcl(request, stage, facts.stages),
  ...withoutUsagePlan(request, stage, facts),
  ...(stage === undefined ? [] : logsWithoutRole(stage, facts)),
  ...unreadVariables(request, facts),
  ...notInvocable(request, facts.functions ?? [], facts.place),
  ...(facts.certificate === undefined ? [] : expiring(request, facts.certificate, facts.now)),
];

/** A new stage has no web ACL, and is open to everybody without it. Who declares one, or none, has thought of it. */
const withoutWebAcl = (
  { settings, stageName }: PointingRequest,
  stage: Stage | undefined,
  stages: readonly Stage[],
): readonly string[] => {
  if (settings["web-acl"] !== undefined || stage?.webAclArn !== undefined) return [];
  const model = stages.find(({ name, webAclArn }) => name !== stageName && webAclArn !== undefined);
  return model?.webAclArn === undefined
    ? []
    : [
        `Stage ${model.name} of this API has ${webAclText(model.webAclArn)}, and stage ${stageName} has none: it answers whom the other keeps out. Declare \`web-acl: { same-as: ${model.name} }\` among its settings, or \`web-acl: null\` where that is meant.`,
      ];
};

/** A key opens the stages of its plans, by their names: a new stage is in none (user reports). */
const withoutUsagePlan = (
  request: PointingRequest,
  stage: Stage | undefined,
  { routes, usagePlansOfAll }: ReadinessFacts,
): readonly string[] => {
  if (routes === undefined || usagePlansOfAll === undefined) return [];
  const { restApiId, stageName, settings } = request;
  const address = { restApiId, stageName };
  const joins = (settings["usage-plans"]?.value ?? []).length > 0;
  if (joins || usagePlansOfAll.some((plan) => holdsStage(plan, address))) return [];
  const locked = [...routes].filter(([, { apiKeyRequired }]) => apiKeyRequired).map(([route]) => route);
  if (locked.length === 0) return [];
  const need = locked.length === 1 ? "requires" : "require";
  const isOurs = stage === undefined || provenOwner(stage.tags, address)?.repositoryId === request.run.repository.id;
  return [
    `${someOf(sortRoutes(locked))} ${need} an API key, and stage ${stageName} is in no usage plan: API Gateway answers 403 there, whatever the key. ${isOurs ? "Declare `usage-plans` among its settings, with a plan whose keys may call it." : joinByHand(address)}`,
  ];
};

const joinByHand = ({ restApiId, stageName }: StageAddress): string =>
  `Add it to one whose keys may call it: aws apigateway update-usage-plan --usage-plan-id PLAN_ID --patch-operations op=add,path=/apiStages,value=${restApiId}:${stageName}`;

/** Settings that switch logs on without the role are refused; logs that were on before stay silent. */
const logsWithoutRole = (
  { name, settings }: Stage,
  { cloudWatchRole, settings: { writes } }: ReadinessFacts,
): readonly string[] =>
  cloudWatchRole === "absent" && staysLogged(settings, writes)
    ? [
        `Logs in CloudWatch are switched on for stage ${name}, but the account has no CloudWatch role for API Gateway in this Region, so nothing is written. ${SET_ROLE}`,
      ]
    : [];

/** Whether logs are on that no write is about: those that one switches on need the role for themselves. */
const staysLogged = ({ methodSettings, accessLog }: StageSettings, writes: SettingsPlan["writes"]): boolean => {
  const isTouched = (name: string): boolean =>
    writes.some(
      (write) =>
        (write.kind === "route-reset" || (write.kind === "route-setting" && write.member === "loggingLevel")) &&
        write.route === name,
    );
  const movesAccessLog = writes.some(
    (write) => write.kind === "no-access-log" || (write.kind === "access-log" && write.member === "destinationArn"),
  );
  return (
    Object.entries(methodSettings).some(([name, entry]) => logsExecution(entry) && !isTouched(name)) ||
    (isLogGroup(accessLog?.destinationArn) && !movesAccessLog)
  );
};

/** It matters where another stage has what this one will not have: an API whose stages are alike asks for nothing else. */
const unreadVariables = (
  { stageName }: PointingRequest,
  { unread, stages, settings: { variablesAfter } }: ReadinessFacts,
): readonly string[] => {
  if (unread === undefined) return [];
  const lacking = stages
    .filter(({ name }) => name !== stageName)
    .flatMap(({ name, settings: { variables } }) => Object.keys(variables).map((variable) => ({ name, variable })))
    .filter(({ variable }) => !variablesAfter.includes(variable));
  const variables = [...new Set(lacking.map(({ variable }) => variable))];
  const names = [...new Set(lacking.map(({ name }) => name))];
  return variables.length === 0
    ? []
    : [
        `Nobody checked which stage variables deployment ${unread} uses, because no stage serves it that could be exported. Stage ${stageName} will not have ${someOf(variables)}, which ${names.length === 1 ? `stage ${names[0]} has` : `stages ${someOf(names)} have`}: declare under variables what it needs.`,
      ];
};

/** Milliseconds. */
const EXPIRY_NOTICE = 30 * 86_400_000;

const expiring = (
  { stageName }: PointingRequest,
  { id, expiresAt }: ClientCertificate,
  now: number,
): readonly string[] => {
  if (expiresAt - now > EXPIRY_NOTICE) return [];
  const when = `${expiresAt <= now ? "expired" : "expires"} at ${minuteText(expiresAt)}`;
  return [
    `The client certificate ${id} of stage ${stageName} ${when}; a backend that checks it refuses all requests from then on. Make a new one (aws apigateway generate-client-certificate), let the backend trust both, and declare it as \`client-certificate-id\`.`,
  ];
};
