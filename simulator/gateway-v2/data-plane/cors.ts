import type { SimulatedRequest, SimulatedResponse } from "../../http/exchange.ts";
import type { CorsConfiguration } from "../model.ts";

/** The answer to a preflight request, which needs no route (Developer Guide, "Configure CORS for HTTP APIs"). */
export const preflightAnswer = (
  cors: CorsConfiguration,
  { method, headers }: SimulatedRequest,
): SimulatedResponse | undefined => {
  if (method !== "OPTIONS" || headers["origin"] === undefined) return undefined;
  const requested = headers["access-control-request-method"];
  if (requested === undefined) return undefined;
  const { allowMethods, allowHeaders, maxAge } = cors;
  return {
    status: 204,
    headers: {
      ...originHeaders(cors, headers["origin"]),
      ...(allowMethods === undefined ? {} : { "access-control-allow-methods": allowMethods.join(",") }),
      ...(allowHeaders === undefined ? {} : { "access-control-allow-headers": allowHeaders.join(",") }),
      ...(maxAge === undefined ? {} : { "access-control-max-age": String(maxAge) }),
    },
    body: "",
  };
};

/** What an answer to a page of this origin says; a backend's own headers do not count once an API has a configuration. */
export const originHeaders = (cors: CorsConfiguration, origin: string | undefined): Record<string, string> => {
  const { allowOrigins = [], exposeHeaders, allowCredentials } = cors;
  if (origin === undefined || !(allowOrigins.includes("*") || allowOrigins.includes(origin))) return {};
  return {
    "access-control-allow-origin": allowOrigins.includes("*") ? "*" : origin,
    ...(exposeHeaders === undefined ? {} : { "access-control-expose-headers": exposeHeaders.join(",") }),
    ...(allowCredentials ? { "access-control-allow-credentials": "true" } : {}),
  };
};
