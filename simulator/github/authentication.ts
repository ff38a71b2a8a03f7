import { randomBytes } from "node:crypto";
import type { SimulatedRequest } from "../http/exchange.ts";
import type { Profile, World } from "./model.ts";
import { ApiError } from "./rest/api-error.ts";

/** The REST API's versions; without the header, the oldest ("API Versions"). */
const versions = ["2022-11-28", "2026-03-10"] as const;

/** Who sent the request. Throws 401, and 403 where GitHub wants to know the program (`User-Agent`). */
export const authenticate = (world: World, request: SimulatedRequest): Profile => {
  if (!request.headers["user-agent"]) {
    throw new ApiError(
      403,
      "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
    );
  }
  const header = request.headers["authorization"];
  if (!header) throw new ApiError(401, "Requires authentication");
  const token = bearerOf(header);
  const profile = token === undefined ? undefined : world.tokens.get(token);
  if (!profile) throw new ApiError(401, "Bad credentials");
  return profile;
};

/** The token of an `Authorization: token …` or `Bearer …` header. */
export const bearerOf = (header: string): string | undefined => /^(?:token|bearer) +(\S+)$/i.exec(header)?.[1];

/** Which version of the API answers. Throws 400 for one that is not supported. */
export const selectVersion = (request: SimulatedRequest): string => {
  const asked = request.headers["x-github-api-version"] ?? versions[0];
  if (!versions.some((version) => version === asked)) {
    throw new ApiError(400, `${asked} is not a supported version of the REST API.`, { supported_versions: versions });
  }
  return asked;
};

export const newRequestId = (): string =>
  randomBytes(17)
    .toString("hex")
    .toUpperCase()
    .replace(/^(.{4})(.{6})(.{8})(.{8})/, "$1:$2:$3:$4:");
