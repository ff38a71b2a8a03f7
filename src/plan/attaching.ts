import type { Step } from "./step.ts";

/** What a stage is attached to from outside its API once it is there. */
export type Attaching = {
  /** In order: what protects the stage comes before what opens it. */
  readonly steps: readonly Step[];
  /** To be on the stage before that. */
  readonly tags: Readonly<Record<string, string>>;
};
