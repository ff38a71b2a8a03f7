import type { DocumentationPresence, Stage } from "../domain/stage.ts";
import type { PointingRequest } from "../inputs/request.ts";
import { declaredIn } from "../inputs/settings/resolve.ts";
import type { PublishDocumentationStep } from "./step.ts";

export type DocumentationDecision = {
  /** Before the stage is pointed and set. */
  readonly publish: readonly PublishDocumentationStep[];
  /** Why this must not be done, in whole sentences. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
};

const nothing: DocumentationDecision = { publish: [], problems: [], warnings: [] };

/**
 * A documentation version that does not exist yet is published with a release of the draft, from which alone it can be
 * made. `stage`: `undefined` when it does not exist yet.
 */
export const decideDocumentation = (
  request: PointingRequest,
  stage: Stage | undefined,
  presence: DocumentationPresence,
): DocumentationDecision => {
  const declared = request.settings["documentation-version"];
  if (declared === undefined || declared.value === stage?.settings.documentationVersion) return nothing;
  const { value: version } = declared;
  const where = declaredIn(declared);
  const { restApiId } = request;
  if (presence === "present") return nothing;
  if (presence === "unknown") {
    const warning = `The role may not read whether documentation version ${version} (${where}) exists, so it is taken to be there. What the role needs to publish it is under "Documentation versions" in docs/iam.md.`;
    return { ...nothing, warnings: [warning] };
  }
  if (request.command === "deploy" && request.deploymentId === undefined) {
    const because = `it does not exist yet, and stage ${request.stageName} is to have it; it is made of the draft's documentation`;
    return { ...nothing, publish: [{ kind: "publish-documentation", version, because, seenByCallers: false }] };
  }
  const problem = `documentation-version is ${version} (${where}), and API ${restApiId} has no such version. It can be made of the draft's documentation only, as a deploy of the draft does. To make it now: aws apigateway create-documentation-version --rest-api-id ${restApiId} --documentation-version ${version}`;
  return { ...nothing, problems: [problem] };
};
