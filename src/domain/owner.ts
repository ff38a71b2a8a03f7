/**
 * Proof that a stage is ours. The tag's value names the very stage that it was written for, so that a tag copied to
 * another stage (console, infrastructure tools) proves nothing there.
 */

import { createHash } from "node:crypto";
import { readableMark } from "./read-back.ts";

/** Who a stage was made for. `pullRequest` is set for preview stages. */
export type Owner = { readonly repositoryId: string; readonly pullRequest: number | undefined };

export type StageAddress = { readonly restApiId: string; readonly stageName: string };

/** A digest, because the names alone could be as long as a tag's value. A tag copied to another stage proves nothing. */
export const boundTo = ({ restApiId, stageName }: StageAddress): string =>
  `of=${createHash("sha256").update(`${restApiId}/${stageName}`).digest("hex").slice(0, 16)}`;

export const OWNER_TAG = "apigw-stage-action";

const OWNER = /^repository=([0-9]+)(?:\/pull-request=([1-9][0-9]*))?\/rest-api=([a-z0-9]+)\/stage=([A-Za-z0-9_@-]+)$/;

/** The value of a tag cannot have the `$` of `$default`, and the name of a stage no `@` (API reference, CreateStage). */
const stageInTag = (stageName: string): string => stageName.replace("$", "@");

/**
 * The tags of a stage that we create; at most 219 of the 256 characters that a tag value may have. Throws for an owner
 * that could not be read back.
 */
export const ownerTags = (owner: Owner, address: StageAddress): Record<string, string> => {
  const pullRequest = owner.pullRequest === undefined ? "" : `/pull-request=${owner.pullRequest}`;
  const value = `repository=${owner.repositoryId}${pullRequest}/rest-api=${address.restApiId}/stage=${stageInTag(address.stageName)}`;
  const { repositoryId } = owner;
  return {
    [OWNER_TAG]: readableMark(value, (text) => provenOwner({ [OWNER_TAG]: text }, address), {
      repositoryId,
      pullRequest: owner.pullRequest,
    }),
  };
};

/** The owner that the tags of the stage at `address` prove, or `undefined` when they prove none. */
export const provenOwner = (tags: Readonly<Record<string, string>>, address: StageAddress): Owner | undefined => {
  const [, repositoryId, pullRequest, restApiId, stageName] = OWNER.exec(tags[OWNER_TAG] ?? "") ?? [];
  if (repositoryId === undefined || restApiId !== address.restApiId || stageName !== stageInTag(address.stageName))
    return undefined;
  return { repositoryId, pullRequest: pullRequest === undefined ? undefined : Number(pullRequest) };
};

export const sameOwner = (one: Owner, other: Owner): boolean =>
  one.repositoryId === other.repositoryId && one.pullRequest === other.pullRequest;
