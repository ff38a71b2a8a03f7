import { createHash } from "node:crypto";
import type { ImportMode } from "./definition.ts";
import { readableMark } from "./read-back.ts";
import type { Run } from "./run.ts";

/**
 * What a deployment's description says about its making. CreateDeployment takes no idempotency token and no tags, so the
 * description is where a deployment is recognised: after an answer that was lost, and by a later attempt of the run.
 */
export type Marker = {
  readonly repositoryId: string;
  readonly runId: string;
  readonly attempt: number;
  readonly commit: string;
  /** Digest of the job and step, which tells apart the steps of one run that deploy the same stage. */
  readonly step: string;
  /** New in every process. */
  readonly nonce: string;
  /**
   * Start of the digest of the definition that the draft was imported from, with `:merge` where it was merged into what
   * the draft held; absent when none was imported.
   */
  readonly definition?: string;
  /** The stage's name; of a name above 64 characters the start and a digest. */
  readonly stage: string;
  /** The pull request whose preview the stage is; absent for stages that are to last. */
  readonly preview?: number;
};

const MARKER =
  /^apigw-stage-action run=([0-9]+)\/([0-9]+)\.([0-9]+) commit=([0-9a-f]+) step=([0-9a-f]{8}) nonce=([0-9a-f]{8})(?: definition=([0-9a-f]{16}(?::merge)?))? stage=([A-Za-z0-9_$-]+)(?: preview=([1-9][0-9]*))?$/;

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8);

const stageInMarker = (stageName: string): string =>
  stageName.length <= 64 ? stageName : `${stageName.slice(0, 55)}-${digest(stageName)}`;

/** A definition's digest as markers and tags carry it: its first 16 hexadecimal digits. */
export const shortDigest = (definitionDigest: string): string => definitionDigest.slice(0, 16);

const definitionInMarker = ({ definition, mode }: NonNullable<Made["definition"]>): string =>
  `${shortDigest(definition.digest)}${mode === "merge" ? ":merge" : ""}`;

/** What a deployment is made of and for, beside the stage's name. */
export type Made = {
  /** The definition that is imported, when one is. */
  readonly definition?: { readonly definition: { readonly digest: string }; readonly mode: ImportMode } | undefined;
  /** The pull request whose preview the stage is. */
  readonly previewOf?: number | undefined;
};

export const markerOf = (run: Run, stageName: string, { definition: imported, previewOf }: Made = {}): Marker => ({
  repositoryId: run.repository.id,
  runId: run.runId,
  attempt: run.attempt,
  commit: run.commit,
  step: digest(`${run.job}\n${run.step}`),
  nonce: run.nonce,
  ...(imported === undefined ? {} : { definition: definitionInMarker(imported) }),
  stage: stageInMarker(stageName),
  ...(previewOf === undefined ? {} : { preview: previewOf }),
});

/** The description to create a deployment with; below 255 characters. Throws for a marker that could not be read back. */
export const describe = (marker: Marker): string =>
  readableMark(
    `apigw-stage-action run=${marker.repositoryId}/${marker.runId}.${marker.attempt} commit=${marker.commit} ` +
      `step=${marker.step} nonce=${marker.nonce}${marker.definition === undefined ? "" : ` definition=${marker.definition}`} ` +
      `stage=${marker.stage}${marker.preview === undefined ? "" : ` preview=${marker.preview}`}`,
    parseMarker,
    marker,
  );

/** The marker in a description, or `undefined`: the deployment is not ours. */
export const parseMarker = (description: string): Marker | undefined => {
  const [, repositoryId, runId, attempt, commit, step, nonce, definition, stage, preview] =
    MARKER.exec(description) ?? [];
  if (!repositoryId || !runId || !attempt || !commit || !step || !nonce || !stage) return undefined;
  return {
    repositoryId,
    runId,
    attempt: Number(attempt),
    commit,
    step,
    nonce,
    ...(definition === undefined ? {} : { definition }),
    stage,
    ...(preview === undefined ? {} : { preview: Number(preview) }),
  };
};

/**
 * Whether two markers stand for the same work: the same step of the same run, in whichever attempt. A definition that
 * the job generates may differ from one attempt to the next; then it is other work.
 */
export const sameWork = (one: Marker, other: Marker): boolean =>
  one.repositoryId === other.repositoryId &&
  one.runId === other.runId &&
  one.commit === other.commit &&
  one.step === other.step &&
  one.definition === other.definition &&
  one.stage === other.stage;
