import type { StatusRequest } from "../../inputs/status-request.ts";
import type { ApiSeen, StatusObserved } from "../../observe/observed.ts";
import { emptyPlan, type Plan, type Refusal } from "../plan.ts";
import { draftProvenance } from "../provenance.ts";
import { undeployed } from "./draft-status.ts";
import { refuseStatus } from "./fail-on.ts";
import { stageStatus } from "./stage-status.ts";
import type { ApiStatus, Status } from "./status.ts";
import { taken } from "./told.ts";

/** What `status` tells of what was seen. There is nothing to do. */
export const planStatus = (request: StatusRequest, observed: StatusObserved): Plan | Refusal => {
  const status: Status = {
    region: observed.place.region,
    at: observed.now,
    restApis: observed.apis.map((seen) => apiStatus(request, observed, seen)),
  };
  const refusal = refuseStatus(status, request.failOn);
  if (refusal !== undefined) return refusal;
  const { restApiId } = request;
  return { ...emptyPlan, command: "status", restApiId, stageName: undefined, result: "reported", status };
};

const apiStatus = (request: StatusRequest, observed: StatusObserved, seen: ApiSeen): ApiStatus => {
  const { api, stages } = seen;
  const { values, unknown } = taken({ undeployed: undeployed(request, seen) });
  return {
    id: api.id,
    name: api.name,
    stages: stages.toSorted(byName).map((stage) => stageStatus(request, observed, seen, stage)),
    ...values,
    imported: draftProvenance(api.tags, api.id) ?? null,
    unknown,
  };
};

const byName = (one: { readonly name: string }, other: { readonly name: string }): number =>
  one.name < other.name ? -1 : 1;
