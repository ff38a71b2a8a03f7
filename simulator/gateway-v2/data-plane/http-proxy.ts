import { jsonResponse, type SimulatedResponse } from "../../http/exchange.ts";
import type { Integration } from "../model.ts";
import { askBackend, type BackendRequest, isLoopback } from "./backend.ts";
import { type Call, mappedValue } from "./call.ts";
import type { MatchedRoute } from "./routing.ts";

/** Passes a request on to the integration's backend, and its answer back, both as the integration maps them. */
export const answerOfProxy = async (
  call: Call,
  matched: MatchedRoute,
  integration: Integration,
): Promise<SimulatedResponse> => {
  const request = backendRequest(call, matched, integration);
  if (request === undefined) return unavailable(call, "the integration's URI is none");
  const answer = await askBackend(request);
  if (answer !== undefined) return mappedResponse(call, matched, integration, answer);
  const reason = isLoopback(request.url)
    ? "nobody answers at"
    : "the simulator asks backends on this machine only, not";
  return unavailable(call, `${reason} ${request.url.origin}`);
};

/** That the answer is this one, for a backend that is slow too, is what users report. */
const unavailable = (call: Call, note: string): SimulatedResponse => {
  call.context["integrationErrorMessage"] = note;
  return jsonResponse(503, { message: "Service Unavailable" }, { "x-simulator-note": note });
};

const backendRequest = (call: Call, matched: MatchedRoute, integration: Integration): BackendRequest | undefined => {
  const { integrationUri = "", integrationMethod = "ANY", timeoutInMillis } = integration;
  const address = mappedValue(call, matched, integrationUri).replace(
    /\{(\w+)\}/g,
    (whole, name: string) => matched.pathParameters[name] ?? whole,
  );
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  for (const [name, value] of call.request.url.searchParams) url.searchParams.append(name, value);
  const headers: Record<string, string> = { ...call.request.headers };
  mapRequest(call, matched, integration.requestParameters ?? {}, url, headers);
  return {
    method: integrationMethod === "ANY" ? call.request.method : integrationMethod,
    url,
    headers,
    body: call.request.body,
    timeoutMs: timeoutInMillis,
  };
};

/** Keys as `append:header.name`, `overwrite:querystring.name`, `remove:header.name`, `overwrite:path`. */
const mapRequest = (
  call: Call,
  matched: MatchedRoute,
  parameters: Readonly<Record<string, string>>,
  url: URL,
  headers: Record<string, string>,
): void => {
  for (const [key, source] of Object.entries(parameters)) {
    const [, action, place, name = ""] =
      /^(append|overwrite|remove):(header|querystring|path)(?:\.(.+))?$/.exec(key) ?? [];
    const value = mappedValue(call, matched, source);
    if (place === "path") url.pathname = value;
    if (place === "header") changeHeader(headers, action, name.toLowerCase(), value);
    if (place !== "querystring") continue;
    if (action !== "append") url.searchParams.delete(name);
    if (action !== "remove") url.searchParams.append(name, value);
  }
};

const changeHeader = (
  headers: Record<string, string>,
  action: string | undefined,
  name: string,
  value: string,
): void => {
  const before = headers[name];
  if (action === "remove") delete headers[name];
  else headers[name] = action === "append" && before !== undefined ? `${before},${value}` : value;
};

/** Mappings are by the status of the backend's answer; one may change it: `overwrite:statuscode`. */
const mappedResponse = (
  call: Call,
  matched: MatchedRoute,
  { responseParameters = {} }: Integration,
  answer: SimulatedResponse,
): SimulatedResponse => {
  const headers = { ...answer.headers };
  let { status } = answer;
  for (const [key, source] of Object.entries(responseParameters[String(status)] ?? {})) {
    const value = mappedValue(call, matched, source, answer.headers);
    if (key === "overwrite:statuscode") status = Number(value);
    const [, action, name = ""] = /^(append|overwrite|remove):header\.(.+)$/.exec(key) ?? [];
    if (action !== undefined) changeHeader(headers, action, name.toLowerCase(), value);
  }
  return { status, headers, body: answer.body };
};
