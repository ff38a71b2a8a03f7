import type { ApiUnseen } from "../../domain/stage.ts";
import { raiseText } from "../../domain/stage-quota.ts";
import { compareTexts } from "../../domain/text-order.ts";
import type { StatusRequest } from "../../inputs/status-request.ts";
import type { ApiSeen, StatusObserved } from "../../observe/observed.ts";
import { emptyPlan, type Plan, type Refusal } from "../plan.ts";
import { draftProvenance } from "../provenance.ts";
import { PLANS_UNREAD } from "./attached.ts";
import { changesStatus, undeployed, undeployedRoutes } from "./draft-status.ts";
import { refuseStatus } from "./fail-on.ts";
import { stageStatus } from "./stage-status.ts";
import type { ApiStatus, Status, UsagePlanStatus } from "./status.ts";
import { orUnknown, type Told, taken } from "./told.ts";

/** What `status` tells of what was seen. There is nothing to do. */
export const planStatus = (request: StatusRequest, observed: StatusObserved): Plan | Refusal => {
  const status: Status = {
    region: observed.place.region,
    quotaRaised: raiseText(observed.place),
    at: observed.now,
    restApis: observed.apis
      .map((seen) => ("because" in seen ? unseenStatus(seen) : apiStatus(request, observed, seen)))
      .toSorted((one, other) => compareTexts(one.name, other.name) || compareTexts(one.id, other.id)),
  };
  const refusal = refuseStatus(status, request.failOn);
  if (refusal !== undefined) return refusal;
  const { restApiId } = request;
  const warnings = unseenWarnings(observed);
  return { ...emptyPlan, command: "status", restApiId, stageName: undefined, result: "reported", status, warnings };
};

const unseenWarnings = ({ apis }: StatusObserved): readonly string[] => {
  const unseen = apis.flatMap((api) => ("because" in api ? [api.because] : []));
  return unseen.length === 0
    ? []
    : [`${unseen.length} of ${apis.length} APIs could not be looked at. The first reason: ${unseen[0]}`];
};

const apiStatus = (request: StatusRequest, observed: StatusObserved, seen: ApiSeen): ApiStatus => {
  const { api, stages } = seen;
  const changes = changesStatus(request, observed, seen);
  const routes = undeployedRoutes(request, seen);
  const { values, unknown } = taken({
    usagePlans: usagePlansOf(request, observed, seen),
    undeployed: undeployed(seen, routes, changes),
    undeployedRoutes: routes,
    changes,
    stageQuota: orUnknown(
      seen.stageQuota,
      request.details ? "Service Quotas does not tell it (servicequotas:GetServiceQuota)" : "details is false",
    ),
  });
  return {
    id: api.id,
    name: api.name,
    stages: stages
      .toSorted((one, other) => compareTexts(one.name, other.name))
      .map((stage) => stageStatus(request, observed, seen, stage)),
    ...values,
    imported: draftProvenance(api.tags, api.id) ?? null,
    unknown,
  };
};

const unseenStatus = ({ api, because }: ApiUnseen): ApiStatus => ({
  id: api.id,
  name: api.name,
  stages: null,
  usagePlans: null,
  undeployed: null,
  undeployedRoutes: null,
  changes: null,
  stageQuota: null,
  imported: draftProvenance(api.tags, api.id) ?? null,
  unknown: Object.fromEntries(
    ["stages", "usagePlans", "undeployed", "undeployedRoutes", "changes", "stageQuota"].map((member) => [
      member,
      because,
    ]),
  ),
});

const usagePlansOf = (
  { details }: StatusRequest,
  { usagePlans }: StatusObserved,
  { api }: ApiSeen,
): Told<readonly UsagePlanStatus[]> => {
  if (!details) return { unknown: "details is false" };
  if (api.kind.lacks["usage-plans"] !== undefined) return { value: [] };
  if (usagePlans === undefined) return { unknown: PLANS_UNREAD };
  const found = usagePlans.map(({ id, name, stages, limits }) => ({
    id,
    name,
    stages: stages.flatMap(({ restApiId, stageName }) => (restApiId === api.id ? [stageName] : [])).sort(compareTexts),
    quota: limits?.quota ?? null,
    throttle: limits?.throttle ?? null,
  }));
  return {
    value: found
      .filter(({ stages }) => stages.length > 0)
      .sort((one, other) => compareTexts(one.name, other.name) || compareTexts(one.id, other.id)),
  };
};
