import type { ApiKind, Capability } from "../domain/api-kind.ts";
import { type ErrorPlace, placeText } from "../domain/errors.ts";
import { DEFAULT_STAGE } from "../domain/invoke-url.ts";
import { isStageRequest, type Request } from "../inputs/request.ts";
import type { Declared, Place, StageWish } from "../inputs/settings/resolve.ts";
import type { SmokeTests } from "../inputs/smoke-tests.ts";
import type { Refusal } from "./plan.ts";

/** An input or a setting that asks for something, by its name; `place`: its line in the settings file. */
type Ask = { readonly capability: Capability; readonly by: string; readonly place?: Place | undefined };

/** The one refusal that says all that is asked for and this kind of API cannot do; `undefined`: there is no such thing. */
export const refuseAskedInVain = (request: Request, { name, lacks }: ApiKind): Refusal | undefined => {
  const places: ErrorPlace[] = [];
  const lines = new Set<string>();
  for (const { capability, by, place } of asksOf(request)) {
    if (lacks[capability] === undefined) continue;
    const message = `${by}: ${lacks[capability]}`;
    if (place !== undefined) places.push({ ...place, message });
    lines.add(`  ${place === undefined ? message : placeText({ ...place, message })}`);
  }
  return lines.size === 0
    ? undefined
    : {
        refused: "NOT_OF_THIS_KIND",
        happened: [`The API is of the kind ${name}, which cannot do what is asked for:`, ...lines].join("\n"),
        places,
      };
};

const asksOf = (request: Request): readonly Ask[] =>
  request.command === "status"
    ? ask("route-comparison", "fail-on", request.failOn.includes("undeployed-routes"))
    : isStageRequest(request)
      ? [
          ...ask("default-stage", "stage-name", request.stageName === DEFAULT_STAGE),
          ...ask("connect-smoke-tests", "invoke-url", request.invokeUrl?.startsWith("ws") ?? false),
          ...ask("preview-domain", "preview-domain", request.previewDomain !== undefined),
          ...asksOfCommand(request),
          ...("settings" in request ? asksOfSettings(request.settings) : []),
          ...("smokeTests" in request ? asksOfTests(request.smokeTests) : []),
        ]
      : ask("preview-domain", "preview-domain", request.command === "sweep" && request.ruledDomain !== undefined);

const ask = (capability: Capability, by: string, isAsked: boolean): readonly Ask[] =>
  isAsked ? [{ capability, by }] : [];

const asksOfTests = ({ tests }: SmokeTests): readonly Ask[] =>
  tests.map(({ method, line }) => ({
    capability: method === "CONNECT" ? "connect-smoke-tests" : "request-smoke-tests",
    by: `smoke-tests, line ${line}`,
  }));

const asksOfCommand = (request: Extract<Request, { stageName: string }>): readonly Ask[] => {
  switch (request.command) {
    case "deploy":
      return [
        ...ask("canary", "canary-percent", request.canary !== undefined),
        ...ask("definition", "definition", request.definition !== undefined),
        ...ask("route-comparison", "compare", request.exact),
        ...ask("import-merge", "import-mode", request.definition?.mode === "merge"),
        ...ask("route-comparison", "fail-on", (request.routes?.failOn ?? []).length > 0),
      ];
    case "promote":
      return [
        ...ask("canary", "canary-percent", request.canary !== undefined),
        ...ask("route-comparison", "compare", request.exact),
        ...ask("route-comparison", "fail-on", request.failOn.length > 0),
      ];
    case "canary":
      return ask("canary", "command", true);
    default:
      return [];
  }
};

/** What says that there be none is asked of no API in vain. */
const asksOfSettings = (wish: StageWish): readonly Ask[] => [
  ...asksOfMethods(wish, ""),
  ...Object.entries(wish.routes ?? {}).flatMap(([route, own]) =>
    "value" in own
      ? []
      : [...ask("routes-without-path", `routes: ${route}`, !route.includes(" ")), ...asksOfMethods(own, `${route}: `)],
  ),
  ...declares("cache", "caching.cluster-size", wish.caching?.["cluster-size"]),
  ...declares("access-logs", "logging.access-log-arn", wish.logging?.["access-log-arn"]),
  ...declares("access-logs", "logging.access-log-format", wish.logging?.["access-log-format"]),
  ...declares("client-certificate", "client-certificate-id", wish["client-certificate-id"]),
  ...declares("documentation-version", "documentation-version", wish["documentation-version"]),
  ...declares("tracing", "tracing", wish.tracing),
  ...declares("usage-plans", "usage-plans", wish["usage-plans"]),
  ...declares("web-acl", "web-acl", sameAs(wish["web-acl"])),
];

const asksOfMethods = ({ caching, logging }: Pick<StageWish, "caching" | "logging">, route: string): readonly Ask[] => [
  ...Object.entries(caching ?? {}).flatMap(([name, leaf]) =>
    name === "cluster-size" ? [] : declares("cache", `${route}caching.${name}`, leaf),
  ),
  ...declares("execution-logs", `${route}logging.level`, logging?.level),
  ...declares("execution-logs", `${route}logging.payload`, logging?.payload),
];

const sameAs = (wish: StageWish["web-acl"]): Declared<unknown> | undefined =>
  wish === undefined || "value" in wish ? wish : wish["same-as"];

const NONE: readonly unknown[] = [null, false, "OFF"];

const declares = (capability: Capability, setting: string, leaf: Declared<unknown> | undefined): readonly Ask[] => {
  if (leaf === undefined || NONE.includes(leaf.value)) return [];
  if (Array.isArray(leaf.value) && leaf.value.length === 0) return [];
  return [{ capability, by: `${setting} (${leaf.source})`, place: leaf.place }];
};
