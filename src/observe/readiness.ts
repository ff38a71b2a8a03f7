import type { Routes } from "../domain/route.ts";
import type { ClientCertificate, CloudWatchRole, IntegrationText, Stage } from "../domain/stage.ts";
import { hasLogs } from "../domain/stage-settings.ts";
import type { UsagePlan } from "../domain/usage-plan.ts";
import type { PointingRequest } from "../inputs/request.ts";
import { observeFunctions } from "./functions.ts";
import type { ReadinessFacts } from "./observed.ts";
import type { Session } from "./session.ts";
import { wantsLogs } from "./settings.ts";

/**
 * What only warnings need, each asked only where there may be something to warn of. What the role may not read is noted in
 * the log and warned of nowhere.
 */

type Subject = Pick<PointingRequest, "settings" | "stageName">;

type Known = {
  /** As it was found before; `unknown` where nobody asked. */
  readonly cloudWatchRole: CloudWatchRole;
  /** As far as they are known of what the stage will serve. */
  readonly routes: readonly (Routes | undefined)[];
  /** The same of the integrations. */
  readonly integrations: readonly IntegrationText[] | Promise<readonly IntegrationText[]>;
};

/** Throws ActionError. */
export const observeReadiness = async (
  request: Subject,
  stages: readonly Stage[],
  known: Known,
  session: Session,
): Promise<ReadinessFacts> => {
  const stage = stages.find(({ name }) => name === request.stageName);
  const [certificate, cloudWatchRole, usagePlansOfAll, functions] = await Promise.all([
    observeCertificate(request, stage, session),
    observeLogRole(request, stage, known.cloudWatchRole, session),
    observeUsagePlans(request, known, session),
    Promise.resolve(known.integrations).then((found) => observeFunctions(request, stage, found, session)),
  ]);
  return { certificate, cloudWatchRole, usagePlansOfAll, functions };
};

/** The client certificate that the stage will have. */
const observeCertificate = async (
  { settings, stageName }: Subject,
  stage: Stage | undefined,
  { gateway, world }: Session,
): Promise<ClientCertificate | undefined> => {
  const id = settings["client-certificate-id"]?.value ?? stage?.settings.clientCertificateId;
  if (id === undefined || gateway.kind.lacks["client-certificate"] !== undefined) return undefined;
  const certificate = await gateway.getClientCertificate(id);
  if (certificate === undefined) {
    world.log.info(
      `Nobody checked when client certificate ${id} of stage ${stageName} expires: there is none, or the role may not read it (apigateway:GET on /clientcertificates/${id}).`,
    );
  }
  return certificate;
};

/**
 * Settings about logs have asked for the role already; logs that are on without them need it no less. A kind of API that
 * writes no execution logs writes its access logs without the role (Developer Guide, "Configure logging for HTTP APIs").
 */
const observeLogRole = async (
  { settings, stageName }: Subject,
  stage: Stage | undefined,
  found: CloudWatchRole,
  { gateway, world }: Session,
): Promise<CloudWatchRole> => {
  const isLogged = stage !== undefined && hasLogs(stage.settings);
  const isAsked = wantsLogs(settings);
  if (gateway.kind.lacks["execution-logs"] !== undefined || !(isLogged || isAsked)) return found;
  const role = isAsked ? found : await gateway.getCloudWatchRole();
  if (role === "unknown") {
    world.log.info(
      `Nobody checked whether the logs of stage ${stageName} are written, because the role may not read whether the account has a CloudWatch role for API Gateway (apigateway:GET on /account).`,
    );
  }
  return role;
};

/** Whose settings name plans is in them. */
const observeUsagePlans = async (
  { settings, stageName }: Subject,
  { routes }: Known,
  { gateway, world }: Session,
): Promise<readonly UsagePlan[] | undefined> => {
  const needsKey = routes.some((some) => [...(some?.values() ?? [])].some(({ apiKeyRequired }) => apiKeyRequired));
  if (!needsKey || gateway.kind.lacks["usage-plans"] !== undefined || (settings["usage-plans"]?.value ?? []).length > 0)
    return undefined;
  const plans = await gateway.getUsagePlans();
  if (plans === undefined) {
    world.log.info(
      `Nobody checked whether stage ${stageName} is in a usage plan, because the role may not read them (apigateway:GET on /usageplans).`,
    );
  }
  return plans;
};
