import { setTimeout as wait } from "node:timers/promises";
import { ActionError } from "../errors.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { CreateDeploymentStep, ImportStep } from "../plan/plan.ts";
import { draftProvenance } from "../plan/provenance.ts";
import { sameRoutes } from "../plan/routes/match.ts";
import { type Routes, someOf } from "../plan/routes.ts";
import type { Progress } from "./progress.ts";

/** What the steps need that is too large for a plan. */
export type Making = {
  readonly restApiId: string;
  readonly definition: Uint8Array | undefined;
  readonly gateway: Gateway;
  readonly progress: Progress;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
};

const ATTEMPTS = 3;

/**
 * Imports, makes the deployment and checks that it is this run's: everybody who uses the API shares its draft, and
 * another run may import between the two. Then it is done again, a few times. No stage is touched on the way.
 */
export const importAndDeploy = async (
  step: ImportStep,
  create: CreateDeploymentStep,
  making: Making,
): Promise<Routes> => {
  const { gateway, progress, log, restApiId } = making;
  let difference = "";
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    await importDefinition(step, making);
    const [made, tagged] = await Promise.all([gateway.createDeployment(create.description), nameDraft(step, making)]);
    progress.made = made.id;
    log(`Created deployment ${made.id}.`);
    const [deployment, api] = await Promise.all([gateway.getDeployment(made.id, true), gateway.getRestApi()]);
    const routes: Routes = deployment?.routes ?? new Map();
    const found = whyNotOurs(step, routes, tagged ? api.tags : undefined, restApiId);
    if (found === undefined) return routes;
    difference = found;
    log(`Deployment ${made.id} is not of ${step.file}: ${found} Another run has imported into the draft meanwhile.`);
    await discard(made.id, making);
    if (attempt < ATTEMPTS)
      await wait(1000 + Math.random() * 3000, undefined, { signal: making.signal }).catch(() => {});
  }
  throw new ActionError({
    code: "SPEC_RACED",
    doing: `make a deployment of ${step.file} in REST API ${restApiId}`,
    happened: `${ATTEMPTS} times in a row the deployment was not of ${step.file}: ${difference} If nobody else imports into this API, API Gateway reads the file in another way than this action: please report it.`,
    acted: "no",
  });
};

const importDefinition = async (step: ImportStep, { definition, gateway, progress, log }: Making): Promise<void> => {
  if (definition === undefined) throw new Error("the plan imports a definition that the request does not have");
  const warnings = await gateway.importDefinition(step.file, definition, step.mode, step.failOnWarnings);
  for (const warning of warnings) progress.warnings.push(`API Gateway on ${step.file}: ${warning}`);
  log(`Imported ${step.file} into the draft (${step.mode}).`);
};

/** Answers whether the name could be left; without the permission other runs cannot know what the draft holds. */
const nameDraft = async (step: ImportStep, { gateway, progress }: Making): Promise<boolean> => {
  try {
    await gateway.tagRestApi(step.draftTags);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.kind !== "permission") throw thrown;
    const warning = `The REST API could not be tagged, so other runs cannot see what its draft holds. ${thrown.remedy}`;
    if (!progress.warnings.includes(warning)) progress.warnings.push(warning);
    return false;
  }
};

/** `tags`: those of the REST API, where ours could be written. A whole sentence, or `undefined`. */
const whyNotOurs = (
  { routes, mode, draftTags }: ImportStep,
  deployed: Routes,
  tags: Readonly<Record<string, string>> | undefined,
  restApiId: string,
): string | undefined => {
  const { matches, missing, foreign } = sameRoutes(routes, deployed, mode);
  if (!matches) {
    const lacks = missing.length === 0 ? "" : `it lacks ${someOf(missing)}`;
    const has = mode === "merge" || foreign.length === 0 ? "" : `it has ${someOf(foreign)} beside`;
    return `${[lacks, has].filter((part) => part !== "").join(", and ")}.`;
  }
  const now = tags && draftProvenance(tags, restApiId);
  const own = draftProvenance(draftTags, restApiId);
  const foreignRun = now !== undefined && (now.runId !== own?.runId || now.definition !== own.definition);
  return foreignRun ? `run ${now.runId} has left its name on the draft.` : undefined;
};

/** Ours by the description that it was made with a moment ago. What cannot be deleted is left to the sweep. */
const discard = async (deploymentId: string, { gateway, progress, log }: Making): Promise<void> => {
  try {
    await gateway.deleteDeployment(deploymentId);
    progress.made = undefined;
  } catch (thrown) {
    log(
      `Deployment ${deploymentId} could not be deleted: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    );
  }
};
