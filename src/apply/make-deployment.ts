import { ActionError } from "../domain/errors.ts";
import { type Routes, someOf } from "../domain/route.ts";
import type { Deployment } from "../domain/stage.ts";
import type { Plan } from "../plan/plan.ts";
import { draftProvenance } from "../plan/provenance.ts";
import { sameRoutes } from "../plan/routes/match.ts";
import type { CreateDeploymentStep, ImportStep } from "../plan/step.ts";
import type { Applying } from "./applying.ts";
import { importWithName } from "./import-definition.ts";
import { judgeRoutes, seenIn } from "./judge-routes.ts";

/** Makes the plan's deployment and checks it; pointing comes after. */
export const makeDeployment = async ({ steps }: Plan, applying: Applying): Promise<void> => {
  const { progress } = applying;
  const create = steps.find((step): step is CreateDeploymentStep => step.kind === "create-deployment");
  if (create === undefined) return;
  const importing = steps.find((step): step is ImportStep => step.kind === "import-definition");
  const made =
    importing === undefined
      ? await createDeployment(create, applying)
      : await importAndDeploy(importing, create, applying);
  progress.madeRoutes = made?.routes;
  for (const step of [importing, create]) {
    if (step !== undefined) progress.taken.push({ step, result: "done", error: undefined });
  }
  // A dark stage shows the deployment itself.
  const isShown = steps.some((step) => step.kind === "prove-on-dark-stage" && step.judgement !== undefined);
  if (create.judgement !== undefined && !isShown) {
    judgeRoutes(progress.made ?? "", seenIn(made), create.judgement, applying);
  }
};

/** Answers the deployment with its routes where somebody wants to know them and the service tells. */
const createDeployment = async (
  { description, judgement }: CreateDeploymentStep,
  applying: Applying,
): Promise<Deployment | undefined> => {
  const id = await makeAndLook(description, applying);
  const { gateway } = applying;
  return judgement === undefined ? undefined : gateway.getDeployment(id, true);
};

/** Beside it, whether the stage is still the one that is meant: that costs no time. Answers the deployment's id. */
const makeAndLook = async (
  description: string,
  { gateway, progress, world, beforePointing }: Applying,
): Promise<string> => {
  const looking = beforePointing();
  // Awaited below: what was made must be known first, whatever the look says.
  looking.catch(() => {});
  const { id } = await gateway.createDeployment(description);
  progress.made = id;
  world.log.info(`Created deployment ${id}.`);
  await looking;
  return id;
};

const ATTEMPTS = 3;

/**
 * Imports, makes the deployment and checks that it is this run's: everybody who uses the API shares its draft, and
 * another run may import between the two. Then it is done again, a few times. No stage is touched on the way.
 */
const importAndDeploy = async (
  step: ImportStep,
  create: CreateDeploymentStep,
  making: Applying,
): Promise<Deployment> => {
  const { gateway, world } = making;
  const { restApiId } = gateway;
  let difference = "";
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const named = await importWithName(step, making);
    const made = await makeAndLook(create.description, making);
    const [deployment, api] = await Promise.all([gateway.getDeployment(made, true), gateway.getApi()]);
    making.progress.api = api;
    const routes = deployment?.routes;
    if (deployment === undefined || routes === undefined) throw notToBeChecked(step, made);
    const found = whyNotOurs(step, routes, named ? api.tags : undefined, restApiId);
    if (found === undefined) return deployment;
    difference = found;
    world.log.info(
      `Deployment ${made} is not of ${step.file}: ${found} Another run has imported into the draft meanwhile.`,
    );
    await discard(made, making);
    making.progress.draft = "unclear";
    if (attempt < ATTEMPTS) await randomPause(making);
  }
  throw new ActionError({
    code: "SPEC_RACED",
    doing: `make a deployment of ${step.file} in API ${restApiId}`,
    happened: `${ATTEMPTS} times in a row the deployment was not of ${step.file}: ${difference} If nobody else imports into this API, API Gateway reads the file in another way than this action: please report it.`,
    acted: "no",
  });
};

const notToBeChecked = ({ file }: ImportStep, deploymentId: string): ActionError =>
  new ActionError({
    code: "ROUTES_UNKNOWN",
    doing: `check that deployment ${deploymentId} is of ${file}`,
    happened: "API Gateway does not tell which routes the deployment has.",
    acted: "no",
  });

/** Between one second and four; ends at once when the run is cancelled, because no request starts then. */
const randomPause = ({ world: { clock, random, signal } }: Applying): Promise<void> =>
  clock.sleep(1000 + random() * 3000, signal).catch(() => {});

/** `tags`: those of the API, where ours could be written. A whole sentence, or `undefined`. */
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
  // Another run with the very same file does no harm.
  const isForeign = now !== undefined && now.definition !== draftProvenance(draftTags, restApiId)?.definition;
  return isForeign ? `run ${now.runId} has left its name on the draft.` : undefined;
};

/** Ours by the description that it was made with a moment ago. What cannot be deleted is left to the sweep. */
const discard = async (deploymentId: string, { gateway, progress, world }: Applying): Promise<void> => {
  try {
    await gateway.deleteDeployment(deploymentId);
    progress.made = undefined;
  } catch (thrown) {
    world.log.info(
      `Deployment ${deploymentId} could not be deleted: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    );
  }
};
