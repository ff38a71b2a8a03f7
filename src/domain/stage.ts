import type { ApiKind } from "./api-kind.ts";
import type { Routes } from "./route.ts";
import type { StageSettings } from "./stage-settings.ts";

/** The world as it was found, in our own words: no SDK types, no dates that a plan could depend on. */

export type RestApi = {
  readonly id: string;
  readonly kind: ApiKind;
  readonly name: string;
  /** Where it answers, as the service says; absent where it does not. */
  readonly endpoint?: string | undefined;
  /** EDGE and REGIONAL APIs are public. A private API answers only through VPC endpoints. */
  readonly visibility: "public" | "private";
  readonly vpcEndpointIds: readonly string[];
  /** `disableExecuteApiEndpoint`: the default invoke URL answers 403. */
  readonly defaultEndpointDisabled: boolean;
  /** `apiStatus`: UPDATING while a change of the security policy is rolled out, otherwise AVAILABLE or absent. */
  readonly status: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether a resource policy is attached. */
  readonly hasPolicy: boolean;
  /** Whether the API itself answers callers from other origins; absent where its kind never does. */
  readonly hasCors?: boolean;
  readonly binaryMediaTypes: readonly string[];
  /** In bytes; `undefined` where nothing is compressed. */
  readonly minimumCompressionSize: number | undefined;
  /** HEADER or AUTHORIZER. */
  readonly apiKeySource: string;
};

/** Part of a stage's traffic on a second deployment. */
export type Canary = {
  readonly deploymentId: string;
  readonly percentTraffic: number;
  /** Stage variables that the canary's requests see in place of the stage's, or beside them. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly useStageCache: boolean;
};

/** `a canary of 10 % on deployment abc123`. */
export const canaryText = ({ percentTraffic, deploymentId }: Pick<Canary, "percentTraffic" | "deploymentId">): string =>
  `a canary of ${percentTraffic} % on deployment ${deploymentId}`;

export type Stage = {
  readonly name: string;
  /** Empty where it serves none yet, as stages of HTTP and WebSocket APIs may. */
  readonly deploymentId: string;
  readonly canary: Canary | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly settings: StageSettings;
  /** Why nobody but API Gateway points it, and what to do, in whole sentences with `{api}`; absent where a run may. */
  readonly pointedBy?: { readonly happened: string; readonly remedy: string };
  /** Of AWS WAF, which associates it: no setting of API Gateway's own. */
  readonly webAclArn: string | undefined;
  /** Milliseconds since 1970. */
  readonly createdAt: number | undefined;
};

/** API Gateway's immutable snapshot of a draft. */
export type Deployment = {
  readonly id: string;
  readonly description: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Absent once stages can serve it. */
  readonly incomplete?: "pending" | "failed";
  /** Why it has failed; absent where the service says nothing. */
  readonly failure?: string;
  /** Absent where they were not asked for, or the service does not tell them. */
  readonly routes?: Routes;
  /** The routes are the draft's as it was after the deployment was made: the service does not tell its own. */
  readonly routesAreOfDraft?: true;
};

/** `deployment k4d2fz`: what a stage serves. */
export const servedText = (deploymentId: string): string =>
  deploymentId === "" ? "no deployment yet" : `deployment ${deploymentId}`;

/** The deployments that stages and their canaries are on, each once. */
export const servedIds = (stages: readonly Stage[]): readonly string[] => [
  ...new Set(
    stages
      .flatMap(({ deploymentId, canary }) => (canary ? [deploymentId, canary.deploymentId] : [deploymentId]))
      .filter((id) => id !== ""),
  ),
];

/** When the newest of those was made; `undefined` where that is not known. */
export const newestServedAt = (stages: readonly Stage[], deployments: readonly Deployment[]): number | undefined => {
  const served = new Set(servedIds(stages));
  const times = deployments.filter(({ id }) => served.has(id)).map(({ createdAt }) => createdAt);
  return times.length === 0 ? undefined : Math.max(...times);
};

/** What a stage shows to its backends. `expiresAt`: milliseconds since 1970. */
export type ClientCertificate = { readonly id: string; readonly expiresAt: number };

/** What the API's draft holds. */
export type Draft = {
  readonly routes: Routes;
  readonly integrations: readonly IntegrationText[];
};

/** An API that was listed and cannot be looked at, and why, as a piece of a sentence. */
export type ApiUnseen = { readonly api: Pick<RestApi, "id" | "name" | "tags">; readonly because: string };

export type ListedApi = RestApi | ApiUnseen;

/** Where the API lives. */
export type Place = {
  readonly region: string;
  /** The partition's domain, `amazonaws.com` in most Regions. */
  readonly dnsSuffix: string;
};

/** Whether the account lets API Gateway write to CloudWatch Logs; `unknown` where it was not or could not be read. */
export type CloudWatchRole = "present" | "absent" | "unknown";

/** Whether the API has the documentation version that the settings name; `unknown` as above. */
export type DocumentationPresence = CloudWatchRole;

/**
 * Text of an integration of the API in which stage variables may be named: its URI, templates, parameters. Or of an
 * authorizer, which `route` says then.
 */
export type IntegrationText = { readonly route: string; readonly text: string };
