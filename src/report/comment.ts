import { createHash } from "node:crypto";
import type { Outcome } from "./outcome.ts";
import { hidden } from "./text/markdown.ts";
import { type Links, page } from "./text/page.ts";

/** GitHub refuses more than 65,536 characters; the rest is room for its own counting of characters. */
const LIMIT = 60_000;

/** Begins the one comment of a REST API's stage. A digest, because a REST API id may be a secret to its users. */
export const commentMarker = (restApiId: string, stageName: string): string => {
  const digest = createHash("sha256").update(`${restApiId}/${stageName}`).digest("hex").slice(0, 16);
  return hidden(`apigw-stage-action ${digest}`);
};

export const commentBody = (outcome: Outcome, links: Links): string => {
  const { restApiId, stageName } = outcome.request;
  return `${commentMarker(restApiId, stageName)}\n${page(outcome, links, outcome.warnings, LIMIT)}`;
};
