import type { CloudWatchRole, IntegrationText } from "../../domain/stage.ts";
import { isLogGroup } from "../../domain/stage-settings.ts";
import type { SettingWrite } from "../../domain/stage-write.ts";
import { namesIn } from "../../inputs/definition/stage-variables.ts";
import { declaredIn, type StageWish } from "../../inputs/settings/resolve.ts";
import type { SettingsPlan } from "./plan-settings.ts";

export type SettingsFacts = {
  readonly plan: SettingsPlan;
  readonly wanted: StageWish;
  readonly cloudWatchRole: CloudWatchRole;
  /** `undefined` when they could not be read. */
  readonly integrations: readonly IntegrationText[] | undefined;
  readonly preview: boolean;
  /** Whether the stage's environment is production. */
  readonly production: boolean;
};

export type Checked = { readonly problems: readonly string[]; readonly warnings: readonly string[] };

/** What can be known to go wrong before anything is written. Problems refuse the run, warnings do not. */
export const checkSettings = (facts: SettingsFacts): Checked => ({
  problems: missingRole(facts),
  warnings: [
    ...undefinedVariables(facts.integrations ?? [], facts.plan.variablesAfter),
    ...(facts.preview ? cacheOnPreview(facts.wanted) : []),
    ...(facts.production ? payloadInProduction(facts.wanted) : []),
  ],
});

/**
 * Execution logs and log groups of access logs need the role; Firehose streams do not (Developer Guide, "Set up
 * CloudWatch logging").
 */
const missingRole = ({ plan, cloudWatchRole }: SettingsFacts): string[] =>
  cloudWatchRole === "absent" && plan.writes.some(needsRole)
    ? [
        `The settings switch on logs in CloudWatch, but the account has no CloudWatch role for API Gateway in this Region, and API Gateway refuses it without. ${SET_ROLE}`,
      ]
    : [];

/** What to do without it. */
export const SET_ROLE =
  "Make a role with the managed policy AmazonAPIGatewayPushToCloudWatchLogs and set it once: aws apigateway update-account --patch-operations op=replace,path=/cloudwatchRoleArn,value=ROLE_ARN";

const needsRole = (write: SettingWrite): boolean =>
  (write.kind === "route-setting" && write.member === "loggingLevel" && write.value !== "OFF") ||
  (write.kind === "access-log" && write.member === "destinationArn" && isLogGroup(write.value));

const undefinedVariables = (integrations: readonly IntegrationText[], defined: readonly string[]): string[] => {
  const routesByName = new Map<string, Set<string>>();
  for (const { route, text } of integrations) {
    for (const name of namesIn(text)) {
      if (!defined.includes(name)) routesByName.set(name, (routesByName.get(name) ?? new Set()).add(route));
    }
  }
  return [...routesByName].map(
    ([name, routes]) =>
      `The API uses the stage variable ${name} (${shownRoutes([...routes])}), but the stage will not have it, so these routes fail. Declare it under variables.`,
  );
};

const shownRoutes = (routes: readonly string[]): string =>
  routes.length <= 3 ? routes.join(", ") : `${routes.slice(0, 3).join(", ")} and ${routes.length - 3} more`;

const cacheOnPreview = ({ caching }: StageWish): string[] => {
  const size = caching?.["cluster-size"];
  return size === undefined || size.value === null
    ? []
    : [
        `caching.cluster-size ${size.value} (${declaredIn(size)}) gives this preview a cache cluster, which is billed by the hour for as long as the preview exists. caching: { cluster-size: null } under the preview's pattern leaves it out.`,
      ];
};

const payloadInProduction = ({ logging, routes = {} }: StageWish): string[] => {
  const places = [
    ...(logging?.payload?.value ? ["logging.payload"] : []),
    ...Object.entries(routes).flatMap(([name, route]) =>
      !("value" in route) && route.logging?.payload?.value ? [`${name}: logging.payload`] : [],
    ),
  ];
  return places.length === 0
    ? []
    : [
        `${places.join(", ")} writes whole requests and responses of production to the log, with personal data and credentials in them. Switch it off when you are done.`,
      ];
};
