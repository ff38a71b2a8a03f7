import { readableMark } from "../domain/read-back.ts";

/**
 * What the API's draft holds, as a tag on the API says. Everybody who uses the API shares its draft, so a run
 * that imports into it leaves its name there. The value names the very API that it was written for: copied to
 * another one it says nothing.
 */

export type DraftProvenance = {
  readonly repositoryId: string;
  /** The pull request whose run imported last; `undefined` for all other runs. */
  readonly pullRequest: number | undefined;
  /** The Git ref of a run without a pull request, for people: what a tag cannot hold is replaced or cut. */
  readonly ref: string | undefined;
  readonly commit: string;
  readonly runId: string;
  readonly attempt: number;
  /** The first 16 hexadecimal digits of the definition's digest. */
  readonly definition: string;
};

export const DRAFT_TAG = "apigw-stage-action-draft";

const DRAFT =
  /^repository=([0-9]+)(?: pull-request=([1-9][0-9]*))? commit=([0-9a-f]{1,64}) run=([0-9]+)\.([0-9]+) definition=([0-9a-f]{16}) rest-api=([a-z0-9]+)(?: ref=([A-Za-z0-9+\-=._:/@]+))?$/;

/** A tag value has at most 256 characters: letters, digits, spaces and `+ - = . _ : / @` (Developer Guide, tagging). */
const MAXIMUM_TAG_VALUE = 256;
const NOT_FOR_TAGS = /[^A-Za-z0-9+\-=._:/@]/gu;

/** The tag to write on the API once the import has succeeded. Throws for what could not be read back. */
export const draftTags = (provenance: DraftProvenance, restApiId: string): Record<string, string> => {
  const { repositoryId, pullRequest, ref, commit, runId, attempt, definition } = provenance;
  const value =
    `repository=${repositoryId}${pullRequest === undefined ? "" : ` pull-request=${pullRequest}`} ` +
    `commit=${commit} run=${runId}.${attempt} definition=${definition} rest-api=${restApiId}`;
  const name = ref?.replaceAll(NOT_FOR_TAGS, "-").slice(0, Math.max(0, MAXIMUM_TAG_VALUE - value.length - 5)) ?? "";
  const tag = name === "" ? value : `${value} ref=${name}`;
  const meant = { ...provenance, ref: name === "" ? undefined : name };
  return { [DRAFT_TAG]: readableMark(tag, (text) => draftProvenance({ [DRAFT_TAG]: text }, restApiId), meant) };
};

/** What the tags of the API say about its draft, or `undefined` when they say nothing that we wrote for it. */
export const draftProvenance = (
  tags: Readonly<Record<string, string>>,
  restApiId: string,
): DraftProvenance | undefined => {
  const [, repositoryId, pullRequest, commit, runId, attempt, definition, api, ref] =
    DRAFT.exec(tags[DRAFT_TAG] ?? "") ?? [];
  if (!repositoryId || !commit || !runId || !attempt || !definition || api !== restApiId) return undefined;
  return {
    repositoryId,
    pullRequest: pullRequest === undefined ? undefined : Number(pullRequest),
    ref,
    commit,
    runId,
    attempt: Number(attempt),
    definition,
  };
};

/** What a run is about to deploy, as far as it matters here. */
export type DraftUse = {
  readonly repositoryId: string;
  readonly stageName: string;
  /** The pull request whose preview the stage is. */
  readonly previewOf: number | undefined;
  /** Whether the run imports a definition first, so that it deploys its own. */
  readonly importsDefinition: boolean;
  /** Set when an existing deployment is to be served, whatever the draft holds. */
  readonly deploymentId: string | undefined;
};

export type DraftRefusal = {
  readonly refused: "DRAFT_OF_PULL_REQUEST";
  readonly happened: string;
  readonly remedy: string;
};

/**
 * I1: a draft that a pull request's run imported last may go to that pull request's preview, and to no other stage.
 * `undefined` when the run may go on; so it may where nothing is known of the draft (no tag, or no permission to read it).
 */
export const refuseDraft = (provenance: DraftProvenance | undefined, use: DraftUse): DraftRefusal | undefined => {
  const pullRequest = provenance?.pullRequest;
  if (provenance === undefined || pullRequest === undefined) return undefined;
  if (use.importsDefinition || use.deploymentId !== undefined) return undefined;
  const sameRepository = provenance.repositoryId === use.repositoryId;
  if (sameRepository && pullRequest === use.previewOf) return undefined;
  const owner = sameRepository ? "" : " of another repository";
  const target =
    use.previewOf === undefined
      ? `stage ${use.stageName} is not its preview`
      : `stage ${use.stageName} is the preview of pull request #${use.previewOf}`;
  return {
    refused: "DRAFT_OF_PULL_REQUEST",
    happened: `The API's draft holds what pull request #${pullRequest}${owner} imported last (commit ${provenance.commit.slice(0, 7)}, run ${provenance.runId}), and ${target}.`,
    remedy:
      "Give `definition`, the file that this stage is to serve: it is imported before the deployment is made. Or give `deployment-id`, an existing deployment, which no draft can change.",
  };
};
