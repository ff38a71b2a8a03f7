import { raiseText } from "../domain/stage-quota.ts";
import type { Applying } from "./applying.ts";

/** What people want to know of a quota that is used up: two sentences, either of which may be empty. */
export type QuotaFacts = {
  /** `10 of 20 stages are there, says Service Quotas.`; empty where the number is not known. */
  readonly used: string;
  /** Where it is raised. */
  readonly raise: string;
};

/** Asked only once API Gateway has refused a stage. Throws nothing. */
export const quotaFacts = async ({ gateway }: Pick<Applying, "gateway">): Promise<QuotaFacts> => {
  const [quota, stages] = await Promise.all([
    gateway.getStageQuota(),
    // Without them there is no number, and the refusal is told all the same.
    gateway.getStages().catch(() => undefined),
  ]);
  return {
    used:
      quota === undefined || stages === undefined
        ? ""
        : `${stages.length} of ${quota} stages are there, says Service Quotas.`,
    raise: raiseText(gateway.place),
  };
};
