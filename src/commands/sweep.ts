import type { SweepRequest } from "../inputs/sweep-request.ts";
import type { SweepObserved } from "../observe/observed.ts";
import { observeSweep } from "../observe/sweep.ts";
import { pullRequestsOfRecords } from "../plan/records.ts";
import { endingStages, planSweep, pullRequestsOf } from "../plan/sweep.ts";
import { type Command, pointsNothing } from "./command.ts";

export const sweep = (request: SweepRequest): Command<SweepObserved> => ({
  ...pointsNothing,
  observe: (session) =>
    observeSweep(request, session, {
      pullRequestsOf: ({ stages, records }) => [
        ...new Set([
          ...pullRequestsOf(stages, request.restApiId, request.run.repository.id),
          ...pullRequestsOfRecords(records, request.restApiId),
        ]),
      ],
      endingStages: (seen) => endingStages(request, seen),
    }),
  plan: (found) => planSweep(request, found),
});
