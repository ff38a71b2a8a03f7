import type { Place, RestApi } from "./stage.ts";

/** What a request must carry to get to the stage. `without`: where the stage answers without it; empty for nowhere. */
export type RequestHeader = { readonly name: string; readonly value: string; readonly without: string };

/**
 * A stage's public base URL, without a trailing slash.
 * `given`: from the `invoke-url` input, or a custom domain where a header may be what leads to the stage. `default`: API Gateway's own. `private`: answers only inside a VPC, and has a URL
 * of its own only where an interface endpoint is associated. `disabled`: the default endpoint is switched off.
 */
export type InvokeUrl =
  | { readonly kind: "given" | "default"; readonly url: string; readonly header?: RequestHeader }
  | { readonly kind: "private"; readonly url: string | undefined }
  | { readonly kind: "disabled" };

const PLACEHOLDER = /\{([^{}]*)\}/g;
const PLACEHOLDERS = ["stage", "rest-api-id", "api-id", "region"];

const EXAMPLE = "https://{stage}.api.example.com";

/** A stage of this name, which not every kind of API can have, is served at the root (Developer Guide). */
export const DEFAULT_STAGE = "$default";

/** The segment of a path that names the stage and nothing else. */
const STAGE_IN_PATH = /(?<=[^/])\/\{stage\}(?=\/|$)/g;

const atRoot = (template: string): string => template.replaceAll(STAGE_IN_PATH, "");

/** What is wrong with an `invoke-url` template, for this stage or for any, as a sentence; `undefined` when nothing is. */
export const invokeUrlTemplateProblem = (template: string, stageName?: string): string | undefined => {
  const unknown = [...template.matchAll(PLACEHOLDER)]
    .map((match) => match[1] ?? "")
    .find((name) => !PLACEHOLDERS.includes(name));
  if (unknown !== undefined) {
    return `{${unknown.slice(0, 40)}} is no placeholder; there are {stage}, {rest-api-id} or {api-id}, and {region}, for example ${EXAMPLE}.`;
  }
  const filled = template.replaceAll(PLACEHOLDER, "x");
  const url = URL.canParse(filled) ? new URL(filled) : undefined;
  if (url === undefined || !/^(?:http|ws)s?:$/.test(url.protocol) || /[\s<>"'`()]/.test(template)) {
    return `It must be an absolute http or https URL, or one of ws or wss, for example ${EXAMPLE}.`;
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return `It must have no user name, password, query or fragment, for example ${EXAMPLE}.`;
  }
  if (stageName === DEFAULT_STAGE && atRoot(template).includes("{stage}")) {
    return `Stage ${DEFAULT_STAGE} is served at the root, and there is no host of this name: give its URL without {stage}.`;
  }
  return undefined;
};

/** Without those at its end. An expression would try anew from every slash of a long row. */
const withoutSlashes = (url: string): string => {
  let end = url.length;
  while (url[end - 1] === "/") end -= 1;
  return url.slice(0, end);
};

/**
 * Where the stage can be called. The form of the default URLs, public and private, is from the API Gateway Developer
 * Guide ("Invoke REST APIs", "Invoke a private API").
 */
export const invokeUrlOf = (stageName: string, api: RestApi, place: Place, template: string | undefined): InvokeUrl => {
  if (template !== undefined) {
    const { id } = api;
    const values: Record<string, string> = { stage: stageName, "rest-api-id": id, "api-id": id, region: place.region };
    const url = (stageName === DEFAULT_STAGE ? atRoot(template) : template).replaceAll(
      PLACEHOLDER,
      (whole, name: string) => values[name] ?? whole,
    );
    return { kind: "given", url: withoutSlashes(url) };
  }
  const path = stageName === DEFAULT_STAGE ? "" : `/${stageName}`;
  const host = (subdomain: string): string =>
    `https://${subdomain}.execute-api.${place.region}.${place.dnsSuffix}${path}`;
  if (api.visibility === "private") {
    const endpoint = api.vpcEndpointIds[0];
    return { kind: "private", url: endpoint === undefined ? undefined : host(`${api.id}-${endpoint}`) };
  }
  if (api.defaultEndpointDisabled) return { kind: "disabled" };
  return {
    kind: "default",
    url: api.endpoint === undefined ? host(api.id) : `${withoutSlashes(api.endpoint)}${path}`,
  };
};

/**
 * Where a stage can be called that `invoke-url` was not written for. A template that names the stage in its path leads to
 * every stage. In its host it leads where somebody has made a domain, so API Gateway's own URL goes before, if there is one.
 */
export const besideUrlOf = (stageName: string, api: RestApi, place: Place, template: string | undefined): InvokeUrl => {
  const own = invokeUrlOf(stageName, api, place, undefined);
  const [, host = "", path = ""] = /^(\w+:\/\/[^/]*)(.*)$/.exec(template ?? "") ?? [];
  const leadsThere = path.includes("{stage}") || (whyNoUrl(own) !== undefined && host.includes("{stage}"));
  return leadsThere ? invokeUrlOf(stageName, api, place, template) : own;
};

/** Why nobody could call the stage, in whole sentences; `undefined` where it has a URL. */
export const whyNoUrl = (invokeUrl: InvokeUrl): string | undefined => {
  if (invokeUrl.kind === "disabled") {
    return "The API's default endpoint is switched off. Give `invoke-url` with the custom domain.";
  }
  return invokeUrl.kind === "private" && invokeUrl.url === undefined
    ? "The API is private, and no name is known under which it answers inside its VPC. Give `invoke-url`."
    : undefined;
};

/** The URL that anybody can open, and that may therefore be posted as a link; empty when there is none. */
export const publicUrl = (invokeUrl: InvokeUrl): string =>
  invokeUrl.kind === "given" || invokeUrl.kind === "default" ? invokeUrl.url : "";

/** The same for who clicks on it: no browser sends a header that the URL needs. */
export const clickableUrl = (invokeUrl: InvokeUrl): string =>
  "header" in invokeUrl && invokeUrl.header !== undefined ? invokeUrl.header.without : publicUrl(invokeUrl);

/** `X-Preview: pr-7`; empty where the URL alone leads to the stage. */
export const headerText = (invokeUrl: InvokeUrl | undefined): string =>
  invokeUrl !== undefined && "header" in invokeUrl && invokeUrl.header !== undefined
    ? `${invokeUrl.header.name}: ${invokeUrl.header.value}`
    : "";
