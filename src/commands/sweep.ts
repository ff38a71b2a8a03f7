import type { SweepRequest } from "../inputs/sweep-request.ts";
import type { SweepObserved } from "../observe/observed.ts";
import type { Session } from "../observe/session.ts";
import { observeSweep } from "../observe/sweep.ts";
import { goneByTheList, pullRequestsOfRecords } from "../plan/records.ts";
import { endingStages, planSweep, pullRequestsOf, YOUNG } from "../plan/sweep.ts";
import { type Command, pointsNothing } from "./command.ts";

export const sweep = (request: SweepRequest): Command<SweepObserved> => ({
  ...pointsNothing,
  plan: (found) => planSweep(request, found),
});

/** Reads what a sweep depends on; what of it is needed is for the plan to say. */
export const observeChosen = (request: SweepRequest, session: Session): Promise<SweepObserved> =>
  observeSweep(request, session, {
    pullRequestsOf: ({ stages, records }) => [
      ...new Set([
        ...pullRequestsOf(stages, request.restApiId, request.run.repository.id),
        ...pullRequestsOfRecords(records, request.restApiId),
      ]),
    ],
    goneStages: ({ stages, records, now }) =>
      goneByTheList(records, { restApiId: request.restApiId, stages, now, young: YOUNG }),
    endingStages: (seen) => endingStages(request, seen),
  });
