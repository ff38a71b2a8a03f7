import type { Applying } from "../apply/applying.ts";
import type { InvokeUrl } from "../domain/invoke-url.ts";
import type { PullRequestState } from "../domain/pull-request.ts";
import type { World } from "../domain/world.ts";
import type { Request } from "../inputs/request.ts";
import type { GitHubSide } from "../observe/github-side.ts";
import type { Observed } from "../observe/observed.ts";
import type { Session } from "../observe/session.ts";
import type { Plan, Refusal } from "../plan/plan.ts";
import type { DarkStageStep } from "../plan/step.ts";
import type { Outcome } from "../report/outcome.ts";
import type { Confirmation } from "../verify/overtaken.ts";
import type { Tell } from "../verify/tell.ts";

/**
 * What tells one command from the others, once it has read what it depends on. The story of a run is the same for all of
 * them.
 */
export type Command<Found extends Observed = Observed> = {
  /**
   * Adds to what was read what takes decisions or more reading. A method, like `plan`, so that the story can hold any
   * command: it hands over what `observe` has read for the same request. Throws ActionError.
   */
  prepare(found: Found, session: Session): Promise<Found>;
  plan(found: Found): Plan | Refusal;
  readonly applying: Pick<Applying, "definition" | "settingsLeft">;
  /** Looks once more, right before a stage is pointed. Throws ActionError where the plan holds no longer. */
  readonly beforePointing: (plan: Plan, session: Session) => Promise<void>;
  /** Looks at the deployment while a dark stage serves it. Throws ActionError where callers must not meet it. */
  readonly prove: (step: DarkStageStep, deploymentId: string, applying: Applying, tell: Tell) => Promise<void>;
  /** Looks whether the stage is healthy, and leads back where it is not. Throws ActionError. */
  readonly verify: (plan: Plan, applying: Applying, invokeUrl: InvokeUrl | undefined, tell: Tell) => Promise<void>;
  /** Whether the stage still serves what it was pointed at. Throws nothing. */
  readonly confirm: (applying: Applying) => Promise<Confirmation>;
  /** What must be done after the run has ended so; `told`: what GitHub said of the pull request meanwhile. */
  readonly follow: (
    outcome: Outcome,
    told: PullRequestState,
    github: GitHubSide,
    world: World,
  ) => Promise<Request | undefined>;
};

/** For commands that point no stage. */
export const pointsNothing = {
  prepare: <Found>(found: Found) => Promise.resolve(found),
  applying: { definition: undefined, settingsLeft: () => [] },
  beforePointing: async () => {},
  prove: async () => {},
  verify: async () => {},
  confirm: async () => ({ kind: "confirmed" }),
  follow: async () => undefined,
} as const satisfies Partial<Command>;
