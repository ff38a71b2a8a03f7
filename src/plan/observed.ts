/** The world as it was found, in our own words: no SDK types, no dates that a plan could depend on. */

export type RestApi = {
  readonly id: string;
  readonly name: string;
  /** EDGE and REGIONAL APIs are public. A private API answers only through VPC endpoints. */
  readonly visibility: "public" | "private";
  readonly vpcEndpointIds: readonly string[];
  /** `disableExecuteApiEndpoint`: the default invoke URL answers 403. */
  readonly defaultEndpointDisabled: boolean;
  /** `apiStatus`: UPDATING while a change of the security policy is rolled out, otherwise AVAILABLE or absent. */
  readonly status: string | undefined;
};

export type Canary = {
  readonly deploymentId: string;
  readonly percentTraffic: number;
  readonly overridesVariables: boolean;
};

export type Stage = {
  readonly name: string;
  readonly deploymentId: string;
  readonly canary: Canary | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly createdAt: number | undefined;
};

/** API Gateway's immutable snapshot of a draft. */
export type Deployment = {
  readonly id: string;
  readonly description: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
};

/** Where the REST API lives. */
export type Place = {
  readonly region: string;
  /** The partition's domain, `amazonaws.com` in most Regions. */
  readonly dnsSuffix: string;
};

export type Observed = {
  readonly place: Place;
  readonly api: RestApi;
  /** All stages of the REST API: the list is never paged (API reference, GetStages). */
  readonly stages: readonly Stage[];
  /** The deployment that `deployment-id` names; `undefined` when not asked for or not there. */
  readonly requestedDeployment: Deployment | undefined;
  /** All deployments, read only where an earlier attempt of this run may have made one. */
  readonly deployments: readonly Deployment[];
};
