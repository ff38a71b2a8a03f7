import { type InvokeUrl, invokeUrlOf, whyNoUrl } from "../domain/invoke-url.ts";
import type { RestApi } from "../domain/stage.ts";
import type { DefinitionRequest } from "../inputs/definition/definition-inputs.ts";
import type { PointingRequest } from "../inputs/request.ts";
import type { StageObserved } from "../observe/observed.ts";
import type { Refusal } from "./plan.ts";

/**
 * Smoke tests that cannot reach the stage say nothing about it, and by then it is pointed. Where that is plain beforehand,
 * nothing is written. `imported`: the definition that the run imports, which may say how the API can be called.
 */
export const refuseUntestable = (
  request: PointingRequest,
  { api, place, unreachable }: StageObserved,
  imported?: DefinitionRequest,
): Refusal | undefined => {
  if (request.smokeTests.tests.length === 0) return undefined;
  const because =
    plainlyNoUrl(request, { api, place }, imported) ?? (movesEndpoint(imported) ? undefined : unreachable);
  return because === undefined
    ? undefined
    : {
        refused: "SMOKE_TESTS_UNREACHABLE",
        happened: `The runner could not reach stage ${request.stageName} for its smoke tests. ${because}`,
      };
};

/** What was looked at is then not what the stage will be called by. */
const movesEndpoint = (imported: DefinitionRequest | undefined): boolean =>
  imported?.definition.settings.vpcEndpointIds !== undefined;

const plainlyNoUrl = (
  { stageName, invokeUrl: template }: PointingRequest,
  { api, place }: Pick<StageObserved, "api" | "place">,
  imported: DefinitionRequest | undefined,
): string | undefined => {
  const after = endsAfter(api, imported);
  // Whatever of it is not known yet may be well.
  const urls: readonly InvokeUrl[] = after.map((one) => invokeUrlOf(stageName, one, place, template));
  const reasons = urls.map(whyNoUrl);
  return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
};

/** The API as it may be once the definition is imported: in every way that is left open. */
const endsAfter = (api: RestApi, imported: DefinitionRequest | undefined): readonly RestApi[] => {
  if (imported === undefined) return [api];
  const { disablesDefaultEndpoint: disables, vpcEndpointIds: ids } = imported.definition.settings;
  const named = {
    ...api,
    ...(disables === undefined ? {} : { defaultEndpointDisabled: disables }),
    ...(ids === undefined ? {} : { vpcEndpointIds: ids }),
  };
  // What an overwrite does not name, it may take away (see `settingsTakenAway`).
  return imported.mode === "overwrite" && disables === undefined
    ? [named, { ...named, defaultEndpointDisabled: false }]
    : [named];
};
