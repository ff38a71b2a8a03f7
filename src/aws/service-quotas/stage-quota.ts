import { GetServiceQuotaCommand, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import * as z from "zod/mini";
import { ActionError } from "../../domain/errors.ts";
import { STAGE_QUOTA_CODE } from "../../domain/stage-quota.ts";
import { checked } from "../checked.ts";
import type { Connection } from "../client.ts";
import { failureOf } from "../failure.ts";
import { read } from "../retry.ts";
import type { Session } from "../session.ts";
import { callsTo } from "../translate.ts";
import { requireWholeAnswers } from "../whole-answer.ts";

const SERVICE = "Service Quotas";

const quotaAnswer = z.object({ Quota: z.object({ Value: z.number().check(z.gte(1)) }) });

/**
 * How many stages the API may have: what was granted to it alone, or else what the account and Region have (Service Quotas
 * API reference, GetServiceQuota: `ContextId`). `undefined` where that cannot be read, for whatever reason: who asks can do
 * without. Throws nothing.
 */
export const readStageQuota = async (
  connection: Connection,
  { restApiId, arnPrefix, path, pacing }: Pick<Session, "restApiId" | "arnPrefix" | "path" | "pacing">,
): Promise<number | undefined> => {
  const { region, settings } = connection;
  const client = new ServiceQuotasClient(settings);
  requireWholeAnswers(client, SERVICE);
  const about = callsTo(SERVICE, "servicequotas", { restApiId, region })({
    operation: "GetServiceQuota",
    doing: "read the quota of stages",
    resource: STAGE_QUOTA_CODE,
  });
  const quotaOf = (ContextId: string | undefined): Promise<number | undefined> =>
    read(about, pacing, () => {
      const get = new GetServiceQuotaCommand({ ServiceCode: "apigateway", QuotaCode: STAGE_QUOTA_CODE, ContextId });
      return unlessMissing(client.send(get, { abortSignal: pacing.signal }));
    });
  try {
    const [own, everybody] = await Promise.all([quotaOf(`${arnPrefix}${path}`), quotaOf(undefined)]);
    return own ?? everybody;
  } catch (thrown) {
    if (thrown instanceof ActionError) return undefined;
    throw thrown;
  }
};

const unlessMissing = async (answer: Promise<unknown>): Promise<number | undefined> => {
  try {
    return checked(quotaAnswer, await answer, SERVICE).Quota.Value;
  } catch (thrown) {
    if (failureOf(thrown).name === "NoSuchResourceException") return undefined;
    throw thrown;
  }
};
