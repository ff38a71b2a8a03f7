import { type InvokeUrl, publicUrl } from "./invoke-url.ts";
import type { RoutingRule, RuledDomain } from "./routing-rule.ts";

/** How previews are reached on a custom domain, as the workflow wants it: by a header, by a base path, or by both. */
export type PreviewDomain = RuledDomain & {
  /** Name of the header whose value is the stage's name; `undefined`: the base path alone tells a preview. */
  readonly header: string | undefined;
  /** Without slashes at its ends, "" at the root; `undefined`: where the domain has the REST API. */
  readonly basePath: string | undefined;
};

/** What a domain says of itself. */
export type DomainFacts = {
  /** `BASE_PATH_MAPPING_ONLY`, `ROUTING_RULE_ONLY` or `ROUTING_RULE_THEN_BASE_PATH_MAPPING`; `undefined`: as before there were rules. */
  readonly routingMode: string | undefined;
  readonly visibility: "public" | "private";
};

/** `basePath`: without slashes at its ends, "" at the root. */
export type ApiMapping = { readonly apiId: string; readonly basePath: string };

/** What was found of a domain on which a rule may have to be made. */
export type DomainSeen = {
  /** `undefined`: it is not there. */
  readonly facts: DomainFacts | undefined;
  readonly mappings: readonly ApiMapping[];
  readonly rules: readonly RoutingRule[];
  /** Ids of HTTP and WebSocket APIs, where the domain maps other APIs than this one; `undefined`: the role may not look. */
  readonly httpApis: ReadonlySet<string> | undefined;
};

/** Where the preview answers: `invokeUrl` at the domain itself, with the header that it takes. `own`: API Gateway's URL. */
export const throughDomain = (
  invokeUrl: InvokeUrl,
  { header }: PreviewDomain,
  stageName: string,
  basePath: string,
  own: InvokeUrl,
): InvokeUrl => {
  if (invokeUrl.kind !== "given") return invokeUrl;
  const url = basePath === "" ? invokeUrl.url : `${invokeUrl.url}/${basePath}`;
  return header === undefined
    ? { ...invokeUrl, url }
    : { ...invokeUrl, url, header: { name: header, value: stageName, without: publicUrl(own) } };
};
