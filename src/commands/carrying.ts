import type { Applying } from "../apply/applying.ts";
import type { Progress } from "../apply/progress.ts";
import type { Session } from "../observe/session.ts";
import type { Plan } from "../plan/plan.ts";
import type { Reports } from "../report/reports.ts";
import type { Tell } from "../verify/tell.ts";
import type { Command } from "./command.ts";

type Carrying = {
  readonly plan: Plan;
  readonly command: Command;
  readonly session: Session;
  readonly reports: Pick<Reports, "compared" | "stageDeleted">;
  readonly tells: Tell;
  readonly progress: Progress;
};

/** What the plan of a command is carried out with: the command decides in the middle of it, where only that can. */
export const carrying = ({ plan, command, session, reports, tells, progress }: Carrying): Applying => {
  const applying: Applying = {
    ...session,
    ...command.applying,
    progress,
    compared: reports.compared,
    stageDeleted: reports.stageDeleted,
    beforePointing: () => command.beforePointing(plan, session),
    prove: (step, deploymentId) => command.prove(step, deploymentId, applying, tells),
  };
  return applying;
};
