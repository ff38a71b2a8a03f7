import { DEFAULT_STAGE } from "./invoke-url.ts";
import { boundTo, provenOwner, type StageAddress } from "./owner.ts";
import { readableMark } from "./read-back.ts";
import type { Run } from "./run.ts";
import type { Stage } from "./stage.ts";

/**
 * A dark stage serves a deployment for nobody but its tests, before the stage that callers know is pointed at it. Its tag
 * says so, and which process has made it: another process that takes its place makes another one.
 */

const SUFFIX = "-next";

/** `$default` is a name of its own: no other may have a `$`. */
export const darkNameOf = (stageName: string): string => `${stageName.replace("$", "_")}${SUFFIX}`;

export const DARK_TAG = "apigw-stage-action:dark-stage";

const MARK = /^(of=[0-9a-f]{16}) run=([0-9]+)\/([0-9]+)\.([0-9]+) nonce=([0-9a-f]{8})$/;

export type DarkMark = {
  readonly repositoryId: string;
  readonly runId: string;
  readonly attempt: number;
  readonly nonce: string;
};

export const darkTag = (
  { repository, runId, attempt, nonce }: Run,
  address: StageAddress,
): Readonly<Record<string, string>> => {
  const text = `${boundTo(address)} run=${repository.id}/${runId}.${attempt} nonce=${nonce}`;
  const meant: DarkMark = { repositoryId: repository.id, runId, attempt, nonce };
  return { [DARK_TAG]: readableMark(text, (value) => markIn({ [DARK_TAG]: value }, address), meant) };
};

/** `undefined`: the stage at `address` is no dark stage; a tag that was copied from another one proves nothing. */
export const markIn = (tags: Readonly<Record<string, string>>, address: StageAddress): DarkMark | undefined => {
  const [, bound, repositoryId, runId, attempt, nonce] = MARK.exec(tags[DARK_TAG] ?? "") ?? [];
  if (bound !== boundTo(address) || !repositoryId || !runId || !nonce) return undefined;
  return { repositoryId, runId, attempt: Number(attempt), nonce };
};

/** The same of a stage that this repository's runs may remove. */
export const ownMark = (
  { name, tags }: Pick<Stage, "name" | "tags">,
  restApiId: string,
  repositoryId: string,
): DarkMark | undefined => {
  const address = { restApiId, stageName: name };
  const owner = provenOwner(tags, address);
  const mark = markIn(tags, address);
  return owner?.repositoryId === repositoryId && owner.pullRequest === undefined ? mark : undefined;
};

/** The stage that a dark stage stands for; `undefined`: it is none. */
export const targetOf = ({ name, tags }: Pick<Stage, "name" | "tags">, restApiId: string): string | undefined =>
  markIn(tags, { restApiId, stageName: name }) === undefined
    ? undefined
    : name.slice(0, -SUFFIX.length).replace(/^_default$/, DEFAULT_STAGE);

/** The stages that callers may know. */
export const withoutDark = (stages: readonly Stage[], restApiId: string): readonly Stage[] =>
  stages.filter((stage) => targetOf(stage, restApiId) === undefined);
