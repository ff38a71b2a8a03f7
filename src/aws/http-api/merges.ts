import type { UpdateStageCommandInput } from "@aws-sdk/client-apigatewayv2";
import { ALL_ROUTES, type MethodSettings } from "../../domain/stage-settings.ts";
import type { StageWrite } from "../../domain/stage-write.ts";

/** What UpdateStage and CreateStage are told of a stage: what is absent stays as it is. */
export type Merge = Omit<UpdateStageCommandInput, "ApiId" | "StageName" | "AutoDeploy">;

/** What goes by a request of its own, and before the merge, because a route may begin afresh. */
export type Deletion = Extract<StageWrite, { kind: "route-reset" | "no-access-log" }>;

export const isDeletion = (write: StageWrite): write is Deletion =>
  write.kind === "route-reset" || write.kind === "no-access-log";

/**
 * The writes that are no deletions, as one merge. Throws for what this version has no member for, which the API's kind
 * keeps from being asked.
 */
export const mergeOf = (writes: readonly StageWrite[]): Merge => {
  const merge: Merge = {};
  for (const write of writes) if (!isDeletion(write)) add(write, merge);
  return merge;
};

const add = (write: Exclude<StageWrite, Deletion>, merge: Merge): void => {
  switch (write.kind) {
    case "deployment":
      merge.DeploymentId = write.id;
      return;
    case "variable":
      // A variable goes by an empty value (live runs of tools that do so).
      merge.StageVariables = { ...merge.StageVariables, [write.name]: write.value ?? "" };
      return;
    case "access-log": {
      const member = write.member === "format" ? "Format" : "DestinationArn";
      merge.AccessLogSettings = { ...merge.AccessLogSettings, [member]: write.value };
      return;
    }
    case "route-setting":
      addRouteSetting(write, merge);
      return;
    case "attribute":
      addAttribute(write, merge);
      return;
    default:
      throw new Error(`version 2 of API Gateway has nothing for ${write.kind}`);
  }
};

const addRouteSetting = (
  { route, member, value }: Extract<StageWrite, { kind: "route-setting" }>,
  merge: Merge,
): void => {
  const name = MEMBERS[member];
  if (name === undefined) throw new Error(`version 2 of API Gateway has no ${member} of routes`);
  if (route === ALL_ROUTES) merge.DefaultRouteSettings = { ...merge.DefaultRouteSettings, [name]: value };
  else merge.RouteSettings = { ...merge.RouteSettings, [route]: { ...merge.RouteSettings?.[route], [name]: value } };
};

const addAttribute = ({ member, value }: Extract<StageWrite, { kind: "attribute" }>, merge: Merge): void => {
  if (member === "description") merge.Description = value;
  else if (member === "clientCertificateId") merge.ClientCertificateId = value;
  else throw new Error(`version 2 of API Gateway has no ${member} of stages`);
};

const MEMBERS: Readonly<Partial<Record<keyof MethodSettings, string>>> = {
  loggingLevel: "LoggingLevel",
  dataTraceEnabled: "DataTraceEnabled",
  metricsEnabled: "DetailedMetricsEnabled",
  throttlingRateLimit: "ThrottlingRateLimit",
  throttlingBurstLimit: "ThrottlingBurstLimit",
};
