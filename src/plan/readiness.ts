import type { ClientCertificate, Stage } from "../domain/stage.ts";
import { minuteText } from "../domain/time-text.ts";
import { webAclText } from "../domain/web-acl.ts";
import type { PointingRequest } from "../inputs/request.ts";

/** What people should see to before it hurts, though the run goes through: whole sentences, each with the fix. */

export type ReadinessFacts = {
  /** All stages of the API. */
  readonly stages: readonly Stage[];
  /** Of the stage; absent where it has none, or where it could not be read. */
  readonly certificate?: ClientCertificate | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** `stage`: `undefined` when it does not exist yet. */
export const readinessWarnings = (
  request: PointingRequest,
  stage: Stage | undefined,
  { stages, certificate, now }: ReadinessFacts,
): readonly string[] => [
  ...withoutWebAcl(request, stage, stages),
  ...(certificate === undefined ? [] : expiring(request, certificate, now)),
];

/** A new stage has no web ACL, and is open to everybody without it. Who declares one, or none, has thought of it. */
const withoutWebAcl = (
  { settings, stageName }: PointingRequest,
  stage: Stage | undefined,
  stages: readonly Stage[],
): readonly string[] => {
  if (settings["web-acl"] !== undefined || stage?.webAclArn !== undefined) return [];
  const model = stages.find(({ name, webAclArn }) => name !== stageName && webAclArn !== undefined);
  return model?.webAclArn === undefined
    ? []
    : [
        `Stage ${model.name} of this API has ${webAclText(model.webAclArn)}, and stage ${stageName} has none: it answers whom the other keeps out. Declare \`web-acl: { same-as: ${model.name} }\` among its settings, or \`web-acl: null\` where that is meant.`,
      ];
};

/** Milliseconds. */
const EXPIRY_NOTICE = 30 * 86_400_000;

const expiring = (
  { stageName }: PointingRequest,
  { id, expiresAt }: ClientCertificate,
  now: number,
): readonly string[] => {
  if (expiresAt - now > EXPIRY_NOTICE) return [];
  const when = `${expiresAt <= now ? "expired" : "expires"} at ${minuteText(expiresAt)}`;
  return [
    `The client certificate ${id} of stage ${stageName} ${when}; a backend that checks it refuses all requests from then on. Make a new one (aws apigateway generate-client-certificate), let the backend trust both, and declare it as \`client-certificate-id\`.`,
  ];
};
