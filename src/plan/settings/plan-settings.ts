import type { ApiKind } from "../../domain/api-kind.ts";
import { type Route, routeKey } from "../../domain/route.ts";
import { newStageSettings, type StageSettings } from "../../domain/stage-settings.ts";
import type { SettingWrite } from "../../domain/stage-write.ts";
import { MAX_TAGS, MAX_VARIABLES } from "../../inputs/settings/limits.ts";
import { didYouMean } from "../../inputs/settings/near-match.ts";
import { declaredIn, type StageWish } from "../../inputs/settings/resolve.ts";
import { joinPatches, type SettingChange } from "./change.ts";
import { planMethodSettings, type RouteWish } from "./method-settings.ts";
import { mapChanges, planAttributes } from "./stage-attributes.ts";

export type SettingsQuestion = {
  readonly wanted: StageWish;
  /** `undefined`: the stage does not exist yet. */
  readonly current: StageSettings | undefined;
  /** Of the deployment that the stage will serve; `undefined` when they are not known, and then no route is refused. */
  readonly routes: readonly Route[] | undefined;
  /** Only for the writes; what will be other than it is, is the same of every kind. */
  readonly kind?: Pick<ApiKind, "copiesForRoutes">;
};

export type SettingsPlan = {
  /** What will be other than it is; empty when nothing is declared or all of it holds already. */
  readonly changes: readonly SettingChange[];
  /** In order; see `batches`. */
  readonly writes: readonly SettingWrite[];
  readonly tagsToSet: Readonly<Record<string, string>>;
  readonly tagsToRemove: readonly string[];
  /** Names of the variables that the stage has afterwards. */
  readonly variablesAfter: readonly string[];
  /** Why this must not be done, in whole sentences. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
};

/** Decides what leads a stage from the settings that it has to those that are declared for it, and touches no others. */
export const planSettings = ({ wanted, current, routes, kind }: SettingsQuestion): SettingsPlan => {
  const stage = current ?? newStageSettings;
  const methods = planMethodSettings(wanted, routeWishes(wanted), stage.methodSettings, kind?.copiesForRoutes ?? true);
  const tags = mapChanges("tags", wanted.tags ?? {}, stage.tags);
  const patch = joinPatches(methods, planAttributes(wanted, stage));
  const variablesAfter = namesAfter(wanted.variables ?? {}, stage.variables);
  return {
    changes: [...patch.changes, ...tags.map(({ change }) => change)],
    writes: patch.writes,
    tagsToSet: Object.fromEntries(tags.flatMap(({ name, to }) => (to === undefined ? [] : [[name, to]]))),
    tagsToRemove: tags.filter(({ to }) => to === undefined).map(({ name }) => name),
    variablesAfter,
    problems: [
      ...unknownRoutes(wanted, routes),
      ...halfAnAccessLog(wanted, stage),
      ...tooMany("variables", variablesAfter, MAX_VARIABLES),
      ...tooMany("tags", namesAfter(wanted.tags ?? {}, stage.tags).filter(countsAsTag), MAX_TAGS),
    ],
    warnings: [...methods.warnings, ...cacheWarnings(wanted, stage, patch.writes)],
  };
};

const routeWishes = ({ routes = {}, resetRoutes }: StageWish): Record<string, RouteWish> =>
  Object.fromEntries(
    Object.entries(routes).map(([route, wish]) => [
      route,
      "value" in wish || !resetRoutes?.has(route) ? wish : { ...wish, afresh: true },
    ]),
  );

const namesAfter = (
  wish: Readonly<Record<string, { readonly value: string | null }>>,
  current: Readonly<Record<string, string>>,
): string[] => {
  const names = new Set(Object.keys(current));
  for (const [name, { value }] of Object.entries(wish)) {
    if (value === null) names.delete(name);
    else names.add(name);
  }
  return [...names];
};

/** The service's own tags are outside the limit. */
const countsAsTag = (key: string): boolean => !key.toLowerCase().startsWith("aws:");

const tooMany = (what: string, names: readonly string[], limit: number): string[] =>
  names.length <= limit
    ? []
    : [
        `The stage would have ${names.length} ${what} with those that it has already; API Gateway allows ${limit}. Remove some by declaring them null.`,
      ];

/** API Gateway stores settings for an unknown route without a word, and they have no effect (user reports). */
const unknownRoutes = ({ routes: wish = {} }: StageWish, routes: readonly Route[] | undefined): string[] => {
  if (routes === undefined) return [];
  const known = routes.map(routeKey);
  return Object.entries(wish)
    .filter(([name, settings]) => !("value" in settings) && !known.includes(name))
    .map(
      ([name]) => `${name} is declared under routes, but the deployment has no such route.${suggestion(name, known)}`,
    );
};

const suggestion = (name: string, known: readonly string[]): string => {
  const any = `ANY ${name.slice(name.indexOf(" ") + 1)}`;
  return known.includes(any) ? ` It has ${any}; declare that.` : didYouMean(name, known);
};

const halfAnAccessLog = ({ logging }: StageWish, { accessLog }: StageSettings): string[] => {
  const arn = logging?.["access-log-arn"];
  const format = logging?.["access-log-format"];
  if (arn?.value === null) return [];
  if (arn !== undefined && format === undefined && accessLog?.format === undefined) {
    return [
      `logging.access-log-arn is declared (${declaredIn(arn)}) without logging.access-log-format, and the stage has none: declare one, for example "$context.requestId $context.status".`,
    ];
  }
  if (format !== undefined && arn === undefined && accessLog?.destinationArn === undefined) {
    return [
      `logging.access-log-format is declared (${declaredIn(format)}) without logging.access-log-arn, and the stage has none: declare where access logs go.`,
    ];
  }
  return [];
};

const cacheWarnings = (
  { caching, routes = {} }: StageWish,
  { cacheCluster }: StageSettings,
  writes: readonly SettingWrite[],
): string[] => {
  const declared = caching?.["cluster-size"];
  const running = declared === undefined ? cacheCluster.enabled : declared.value !== null;
  const cachedRoute = Object.values(routes).some((route) => !("value" in route) && route.caching?.enabled?.value);
  const unused = caching?.enabled?.value === false && declared === undefined && cacheCluster.enabled && !cachedRoute;
  const settling = cacheCluster.status?.endsWith("_IN_PROGRESS") && writes.some(isAboutCluster);
  return [
    ...((caching?.enabled?.value || cachedRoute) && !running
      ? [
          "caching.enabled is declared true, but the stage has no cache cluster, so nothing is cached. Declare caching.cluster-size.",
        ]
      : []),
    ...(unused
      ? [
          "caching.enabled is declared false, but the cache cluster goes on running and is billed. caching.cluster-size: null ends it.",
        ]
      : []),
    ...(settling
      ? [
          `The cache cluster is still changing (${cacheCluster.status}); API Gateway may refuse to change it again before it is done.`,
        ]
      : []),
  ];
};

const isAboutCluster = (write: SettingWrite): boolean =>
  write.kind === "attribute" && (write.member === "cacheClusterSize" || write.member === "cacheClusterEnabled");
