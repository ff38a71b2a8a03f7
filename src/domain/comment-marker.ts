import { createHash } from "node:crypto";

/** Begins the one comment of an API's stage. A digest, because an API id may be a secret to its users. */
export const commentMarker = (restApiId: string, stageName: string): string => {
  const digest = createHash("sha256").update(`${restApiId}/${stageName}`).digest("hex").slice(0, 16);
  return `<!-- apigw-stage-action ${digest} -->`;
};
