import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import type { DraftChange, DraftChanges } from "../../domain/draft-change.ts";
import type { Connection } from "../client.ts";
import { openPacer } from "../pacer.ts";
import { comesBack } from "../pages.ts";
import { type Pacing, read } from "../retry.ts";
import { callsTo } from "../translate.ts";
import { requireWholeAnswers } from "../whole-answer.ts";
import { changesOf } from "./answers.ts";

/** The event history of the run's account and Region, which AWS CloudTrail keeps without being set up. */
export type CloudTrail = {
  /**
   * Which of the operations were called since then, as far back as there are events. Both times: milliseconds since 1970.
   * Throws ActionError, and nothing else.
   */
  readonly draftChanges: (operations: readonly string[], since: number, now: number) => Promise<DraftChanges>;
};

/** Two lookups a second for the whole account and Region (AWS CloudTrail API reference, LookupEvents). */
const RATE = { perSecond: 2, burst: 2 };

/** Milliseconds for which events are kept (AWS CloudTrail User Guide, "Working with CloudTrail event history"): 90 days. */
const KEPT = 90 * 86_400_000;

/** Pages of 50 for each operation: where there are more, older changes are not looked at. */
const PAGES = 4;

export const openCloudTrail = (connection: Connection, restApiId: string, pacing: Pacing): CloudTrail => {
  const client = new CloudTrailClient(connection.settings);
  requireWholeAnswers(client, "CloudTrail");
  const pacer = openPacer(pacing, RATE);
  const call = callsTo("CloudTrail", "cloudtrail", { restApiId, region: connection.region })({
    operation: "LookupEvents",
    doing: "look up who changed the draft",
    // It knows no other (Service Authorization Reference, AWS CloudTrail).
    resource: "*",
  });
  const lookUp: LookUp = async (operation, since, NextToken) => {
    await pacer.turn();
    const lookup = new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: operation }],
      StartTime: new Date(since),
      NextToken,
    });
    const page = await read(call, pacing, () => client.send(lookup, { abortSignal: pacing.signal }).then(changesOf));
    if (page.position !== undefined && page.position === NextToken) throw comesBack(call);
    return { ...page, items: page.items.filter((change) => change.operation === operation) };
  };
  return {
    draftChanges: (operations, since, now) => draftChanges(operations, Math.max(since, now - KEPT), lookUp),
  };
};

type LookUp = (operation: string, since: number, position: string | undefined) => Promise<ReturnType<typeof changesOf>>;

/**
 * By name, because a lookup takes one condition, and most of the service's events are reads. One operation after the other:
 * what is refused once is refused always.
 */
const draftChanges = async (operations: readonly string[], since: number, lookUp: LookUp): Promise<DraftChanges> => {
  const changes: DraftChange[] = [];
  let wholeSince = since;
  for (const operation of operations) {
    let position: string | undefined;
    for (let count = 0; count < PAGES; count += 1) {
      const page = await lookUp(operation, since, position);
      for (const change of page.items) changes.push(change);
      position = page.position;
      if (position === undefined) break;
      if (count + 1 === PAGES) wholeSince = Math.max(wholeSince, page.oldest ?? since);
    }
  }
  return { changes: changes.sort((one, other) => one.at - other.at), since: wholeSince };
};
