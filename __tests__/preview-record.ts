import { addDeployment, addDeploymentStatus } from "../simulator/github/deployments.ts";
import type { Deployment, DeploymentState, Repository, World } from "../simulator/github/model.ts";
import { githubActionsApp, githubActionsBot } from "../simulator/github/tokens.ts";

type PreviewRecord = {
  readonly sha: string;
  readonly state: DeploymentState;
  readonly payload: Readonly<Record<string, unknown>>;
  /** What its status says. */
  readonly description?: string;
  readonly logUrl?: string;
};

/** What the payload of a record of ours holds at least. */
export const payloadOf = (
  stageName: string,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  kind: "apigw-stage-action",
  "rest-api-id": "a1b2c3d4e5",
  "stage-name": stageName,
  nonce: "00000000",
  ...more,
});

/** The GitHub deployment of a preview, as an earlier run left it. */
export const addPreviewRecord = (
  world: World,
  repository: Repository,
  { sha, state, payload, ...told }: PreviewRecord,
): Deployment => {
  const bot = { creator: githubActionsBot, app: githubActionsApp };
  const record = addDeployment(world, repository, {
    ...bot,
    sha,
    ref: sha,
    environment: "preview",
    transient: true,
    payload,
  });
  addDeploymentStatus(world, repository, record, { ...bot, ...told, state, autoInactive: false });
  return record;
};
