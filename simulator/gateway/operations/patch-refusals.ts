import { badRequest, type ServiceError } from "../service-error.ts";
import type { PatchOperation } from "./patch.ts";

/** The refusals of UpdateStage in the service's own words (recorded behaviour, missing commas included). */

const methodSettingPaths = (key: string, betweenLimits: string): string =>
  [
    `${key}/metrics/enabled`,
    `${key}/logging/dataTrace`,
    `${key}/logging/loglevel`,
    [`${key}/throttling/burstLimit`, `${key}/throttling/rateLimit`, `${key}/caching/ttlInSeconds`].join(betweenLimits),
    `${key}/caching/enabled`,
    `${key}/caching/dataEncrypted`,
    `${key}/caching/requireAuthorizationForCacheControl`,
    `${key}/caching/unauthorizedCacheControlHeaderStrategy`,
  ].join(", ");

const knownPaths = [
  "/deploymentId",
  "/description",
  "/cacheClusterEnabled",
  "/cacheClusterSize",
  "/clientCertificateId",
  "/accessLogSettings",
  "/accessLogSettings/destinationArn",
  "/accessLogSettings/format",
  methodSettingPaths("/{resourcePath}/{httpMethod}", ""),
  methodSettingPaths("/*/*", " "),
  "/variables/{variable_name}",
  "/tracingEnabled",
].join(", ");

export const invalidPath = (patch: PatchOperation): ServiceError =>
  badRequest(`Invalid method setting path: ${patch.path}. Must be one of: [${knownPaths}]`);

export const invalidOperation = (patch: PatchOperation): ServiceError =>
  badRequest(`Invalid ${patch.op} operation with path: ${patch.path}`);

export const invalidAccessLogPath = (): ServiceError =>
  badRequest(
    "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]",
  );

/** The service takes whatever it does not know how to remove for the key of a method setting. The blank at the end is its own. */
export const cannotRemove = (patch: PatchOperation): ServiceError =>
  badRequest(
    `Cannot remove method setting ${patch.path.replace(/^\//, "")} because there is no method setting for this method `,
  );
