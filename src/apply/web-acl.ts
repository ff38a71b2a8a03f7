import { webAclText } from "../domain/web-acl.ts";
import type { AssociateWebAclStep } from "../plan/step.ts";
import type { Applying } from "./applying.ts";
import type { StepResult } from "./progress.ts";

export const associateWebAcl = async (
  { stageName, webAclArn }: AssociateWebAclStep,
  { gateway, progress, world }: Applying,
): Promise<StepResult> => {
  await gateway.associateWebAcl(stageName, webAclArn);
  progress.settingsChanged = true;
  world.log.info(`Stage ${stageName} has ${webAclText(webAclArn)}.`);
  return "done";
};
