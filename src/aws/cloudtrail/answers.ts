import * as z from "zod/mini";
import type { DraftChange } from "../../domain/draft-change.ts";
import { checked, date, given, text } from "../checked.ts";
import type { Page } from "../pages.ts";
import { parsedJson } from "../parsed-json.ts";

/** What CloudTrail's answers must look like. */

const SERVICE = "CloudTrail";

const event = z.object({
  EventName: given,
  EventSource: z.optional(text),
  EventTime: date,
  Username: z.optional(text),
  /** The whole record, as JSON. */
  CloudTrailEvent: given,
});

/** Other services have operations of the same names. */
const OURS = "apigateway.amazonaws.com";

const page = z.object({ Events: z.array(event), NextToken: z.optional(text) });

/**
 * The members of a record that matter here (AWS CloudTrail User Guide, "CloudTrail record contents"). Version 2 of the
 * service writes `apiId` (recorded events of CreateIntegration).
 */
const record = z.looseObject({
  errorCode: z.optional(text),
  requestParameters: z.nullish(z.looseObject({ restApiId: z.optional(text), apiId: z.optional(text) })),
  userIdentity: z.optional(z.looseObject({ arn: z.optional(text) })),
});

/** Of LookupEvents: what was carried out, and names an API; with the time of the page's last event, the oldest. */
export const changesOf = (answer: unknown): Page<DraftChange> & { readonly oldest: number | undefined } => {
  const { Events, NextToken } = checked(page, answer, SERVICE);
  return {
    items: Events.flatMap(({ EventName, EventSource, EventTime, Username, CloudTrailEvent }): DraftChange[] => {
      if (EventSource !== OURS) return [];
      const { errorCode, requestParameters, userIdentity } = checked(record, parsedJson(CloudTrailEvent), SERVICE);
      const restApiId = requestParameters?.restApiId ?? requestParameters?.apiId;
      if (errorCode !== undefined || restApiId === undefined) return [];
      const who = userIdentity?.arn?.split(":").slice(5).join(":") || Username || "unknown";
      return [{ restApiId, operation: EventName, at: EventTime.getTime(), who }];
    }),
    oldest: Events.at(-1)?.EventTime.getTime(),
    position: NextToken || undefined,
  };
};
