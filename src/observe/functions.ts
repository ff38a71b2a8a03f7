import { ActionError } from "../domain/errors.ts";
import { type FunctionUse, functionsIn, type InvokedFunction } from "../domain/function-policy.ts";
import type { IntegrationText, Stage } from "../domain/stage.ts";
import type { PointingRequest } from "../inputs/request.ts";
import type { Session } from "./session.ts";

/** Reads at once; the policies of more functions are not looked at. */
const LIMIT = 10;

/**
 * Whether functions let themselves be invoked for the stage is theirs to say, each for itself. The first is asked alone: a
 * role that may not read its policy is not refused ten times. Throws ActionError.
 */
export const observeFunctions = async (
  { settings, stageName }: Pick<PointingRequest, "settings" | "stageName">,
  stage: Stage | undefined,
  integrations: readonly IntegrationText[],
  { functionPolicies, gateway: { place }, world }: Pick<Session, "functionPolicies" | "gateway" | "world">,
): Promise<readonly InvokedFunction[]> => {
  const variables = { ...stage?.settings.variables };
  for (const [name, { value }] of Object.entries(settings.variables ?? {})) {
    if (value === null) delete variables[name];
    else variables[name] = value;
  }
  const uses = functionsIn(integrations, variables).filter(({ arn }) => arn.split(":")[3] === place.region);
  const [first, ...others] = uses.slice(0, LIMIT);
  if (first === undefined) return [];
  const { policyOf } = await functionPolicies();
  let trouble: ActionError | undefined;
  const look = async (use: FunctionUse): Promise<readonly InvokedFunction[]> => {
    try {
      return [{ ...use, policy: await policyOf(use.arn) }];
    } catch (thrown) {
      if (!(thrown instanceof ActionError) || thrown.kind === "cancelled" || thrown.kind === "bug") throw thrown;
      trouble ??= thrown;
      return [];
    }
  };
  const found = await look(first);
  const all = found.length === 0 ? [] : [...found, ...(await Promise.all(others.map(look))).flat()];
  if (all.length < uses.length) {
    world.log.info(
      `Nobody checked whether ${uses.length - all.length} of ${uses.length} functions may be invoked for stage ${stageName}: ${reasonFor(trouble)}`,
    );
  }
  return all;
};

/** `trouble`: the first that reading a policy met. */
const reasonFor = (trouble: ActionError | undefined): string => {
  if (trouble === undefined) return `only the first ${LIMIT} are looked at.`;
  return trouble.kind === "permission"
    ? "the role may not read their policies (lambda:GetPolicy)."
    : trouble.message.split("\n", 1).join();
};
