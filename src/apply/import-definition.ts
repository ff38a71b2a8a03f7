import type { ImportSaid } from "../aws/gateway.ts";
import { ActionError } from "../domain/errors.ts";
import { draftProvenance } from "../plan/provenance.ts";
import type { ImportStep } from "../plan/step.ts";
import type { Applying } from "./applying.ts";
import type { Progress } from "./progress.ts";

/**
 * A pull request's name goes on the draft before its content, any other name after it: wherever a run breaks off, the
 * draft of a pull request is never taken for anything else. Answers whether the name could be left.
 */
export const importWithName = async (step: ImportStep, making: Applying): Promise<boolean> => {
  if (draftProvenance(step.draftTags, making.gateway.restApiId)?.pullRequest === undefined) {
    await importDefinition(step, making);
    return nameDraft(step, making);
  }
  const named = await nameDraft(step, making);
  await importDefinition(step, making);
  return named;
};

const importDefinition = async (step: ImportStep, applying: Applying): Promise<void> => {
  const { definition, progress, world } = applying;
  if (definition === undefined) throw new Error("the plan imports a definition that the request does not have");
  try {
    const { warnings, information } = await send(step, step.failOnWarnings, applying);
    const told = (text: string, by: string) => ({
      file: step.file,
      ...definition.locate(text),
      message: `${by}: ${text}`,
    });
    for (const one of warnings) remarkOnce({ ...told(one, "API Gateway warns"), level: "warning" }, progress);
    const [first, ...others] = information;
    const more = others.length === 0 ? "" : ` (and ${others.length} more like this)`;
    if (first !== undefined) remarkOnce({ ...told(`${first}${more}`, "API Gateway says"), level: "note" }, progress);
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown;
    progress.draft = draftAfter(thrown) ?? progress.draft;
    throw thrown.withPlaces(thrown.places.map((place) => ({ ...place, ...definition.locate(place.message) })));
  }
  progress.draft = "imported";
  world.log.info(`Imported ${step.file} into the draft (${step.mode}).`);
};

/**
 * Warnings of what changes nothing for anybody are no reason to stop: an import that was undone because of them alone is
 * made once more without the condition. Throws ActionError.
 */
const send = async (
  step: ImportStep,
  failOnWarnings: boolean,
  { definition, gateway }: Applying,
): Promise<ImportSaid> => {
  const { file, mode } = step;
  const bytes = definition?.bytes ?? new Uint8Array();
  try {
    return await gateway.importDefinition(file, bytes, mode, failOnWarnings);
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.code !== "IMPORT_WARNINGS") throw thrown;
    if (!thrown.places.every(({ message }) => HARMLESS.test(message))) throw thrown;
    return gateway.importDefinition(file, bytes, mode, false);
  }
};

/** Of several `servers` the first counts, and only for endpoint settings (recorded texts of imports). */
const HARMLESS = /^More than one server provided\b/;

/** An import that is refused may have been carried out in part; one with warnings is undone (API reference, PutRestApi). */
const draftAfter = ({ code, acted }: ActionError): Progress["draft"] | undefined => {
  if (code === "IMPORT_WARNINGS") return "restored";
  return code === "INVALID_DEFINITION" || acted !== "no" ? "unclear" : undefined;
};

/** The same file is imported once more after a race. */
const remarkOnce = (remark: Progress["remarks"][number], { remarks }: Progress): void => {
  if (!remarks.some(({ message }) => message === remark.message)) remarks.push(remark);
};

/** Answers whether the name could be left; without the permission other runs cannot know what the draft holds. */
const nameDraft = async (step: ImportStep, { gateway, progress }: Applying): Promise<boolean> => {
  try {
    await gateway.tagApi(step.draftTags);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.kind !== "permission") throw thrown;
    const warning = `The API could not be tagged, so other runs cannot see what its draft holds. ${thrown.remedy}`;
    if (!progress.warnings.includes(warning)) progress.warnings.push(warning);
    return false;
  }
};
