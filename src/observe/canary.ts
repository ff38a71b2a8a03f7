import type { CanaryRequest } from "../inputs/request.ts";
import type { CanaryObserved } from "./observed.ts";
import { observeRecords } from "./records.ts";
import type { Session } from "./session.ts";

/** Reads what becomes of a canary depends on; its step is judged later. Throws ActionError. */
export const observeCanary = async (
  request: CanaryRequest,
  { gateway, github, world }: Session,
): Promise<CanaryObserved> => {
  const [api, stages] = await Promise.all([gateway.getApi(), gateway.getStages()]);
  const records = await observeRecords(request, stages, github);
  return { place: gateway.place, api, stages, ...records, judged: undefined, now: world.clock.now() };
};
