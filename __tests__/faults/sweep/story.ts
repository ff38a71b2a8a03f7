import type { Ended, JobSettings, Scene } from "../../e2e/scene.ts";

/** One command, from where it begins to its one run that meets the fault. */
export type Story = {
  readonly name: string;
  /** Of the API that it is about; absent: a REST API. */
  readonly kind?: "http";
  /** What went well before; answers the run, which a later attempt repeats. `workspace` holds `api.yml`. */
  readonly prepare: (scene: Scene, workspace: string) => Promise<(job?: JobSettings) => Promise<Ended>>;
  /** Milliseconds after which the same run comes again. Absent: at once. */
  readonly againAfter?: number;
};
