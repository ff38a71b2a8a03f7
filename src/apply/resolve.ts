import type { DeploymentRef } from "../plan/step.ts";
import type { Progress } from "./progress.ts";

/** The id of a deployment that the plan names, or that this run has made. */
export const resolve = (deployment: DeploymentRef, progress: Progress): string => {
  const id = deployment.kind === "existing" ? deployment.id : progress.made;
  if (id === undefined) throw new Error("the plan uses a deployment before making it");
  return id;
};
