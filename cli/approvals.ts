import { setTimeout as sleep } from "node:timers/promises";
import { approveJob, waitingJob } from "../simulator/github/jobs.ts";
import { createEnvironment } from "../simulator/github/people.ts";
import type { Simulator } from "../simulator/simulator.ts";

const REVIEWER = "grace";

/** Environments of the simulated repository get a reviewer, who then approves every job that waits for one of them. */
export const withReviewer = async <T>(
  { github, repository }: Simulator,
  environments: readonly string[],
  tell: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> => {
  for (const name of environments) createEnvironment(github.world, repository, name, { reviewers: [REVIEWER] });
  const done = new AbortController();
  const approve = async (): Promise<void> => {
    while (!done.signal.aborted) {
      const job = waitingJob(repository);
      if (job !== undefined) {
        tell(`Job ${job.name} waits for environment ${job.environment?.name}. A reviewer approves.`);
        approveJob(github.world, job, { user: REVIEWER });
      }
      await sleep(10);
    }
  };
  const approving = environments.length > 0 ? approve() : undefined;
  try {
    return await work();
  } finally {
    done.abort();
    await approving;
  }
};
