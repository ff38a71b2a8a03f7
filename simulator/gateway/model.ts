import type { RestOperation } from "../aws/rest-service.ts";
import type { Api } from "../gateway-v2/model.ts";
import type { Clock } from "../http/clock.ts";
import type { TokenBucket } from "../http/token-bucket.ts";

/**
 * The state of the simulated API Gateway and of what its account has beside it: plain data, changed only by operations. Times are milliseconds since 1970;
 * the wire carries seconds. Members that AWS omits when unset are absent here too.
 */
export type World = {
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  readonly restApis: Map<string, RestApi>;
  /** HTTP and WebSocket APIs. */
  readonly apis: Map<string, Api>;
  readonly usagePlans: Map<string, UsagePlan>;
  /** By name, private ones by `name+id`. */
  readonly domainNames: Map<string, DomainName>;
  readonly vpcLinks: Map<string, VpcLink>;
  account: { cloudwatchRoleArn?: string };
  readonly quotas: Quotas;
  /** Rate limits by operation name, and `*` for the bucket that all share. An empty map limits nothing. */
  readonly buckets: Map<string, TokenBucket>;
  /** Seconds that a `Retry-After` header on 429 asks for. Absent: no such header. */
  retryAfterSeconds?: number;
  /** Six (deployments, resources) or ten (REST APIs) lower-case letters and digits, never twice the same. */
  readonly newId: (length: number) => string;
  /** How long the data plane goes on serving what a stage pointed at before. Absent: 0. */
  propagationMs?: number;
  /** Numbers in [0, 1) that split the traffic of a canary. Absent: `Math.random`. */
  random?: () => number;
  /** By id. Those that a usage plan has for a stage open its methods. */
  readonly apiKeys: Map<string, ApiKey>;
  /** What the data plane knows of keys: each entry replaces those before it from its time on. */
  readonly keyRings: KeyRing[];
  /** By plan and key: `PLAN/KEY`. */
  readonly keyUses: Map<string, KeyUse>;
  /** What came of `GenerateClientCertificate` or was there before, by id. */
  readonly generatedCertificates: Map<string, ClientCertificate>;
  /** By ARN. */
  readonly webAcls: Map<string, WebAcl>;
  /** In order of time. */
  readonly auditEvents: AuditEvent[];
  /** The statements of functions' resource policies, by name, or by `name:qualifier`. */
  readonly functionPolicies: Map<string, PolicyStatement[]>;
  readonly delays: Delays;
  /** What becomes of new deployments of HTTP and WebSocket APIs: they fail with this message. Absent: they are deployed. */
  deploymentFailure?: string;
  /** Whether a stage's entries in usage plans go with it. Neither way is documented. Absent: they stay behind. */
  planEntriesGoWithStages?: boolean;
  /** Every request that a stage answered, in that order: what metrics and access logs are made of. */
  readonly served: ServedRequest[];
  /** Whole milliseconds that a backend took, in what is measured of a request; its caller does not wait. Absent: 0. */
  backendLatency?: (request: Pick<ServedRequest, "stageName" | "deploymentId" | "isCanary">) => number;
};

/** One request that a stage answered. */
export type ServedRequest = {
  /** When it arrived. */
  readonly at: number;
  /** Of HTTP and WebSocket APIs, whose ids stand in `restApiId` too. Absent: a REST API. */
  readonly protocolType?: Api["protocolType"];
  /** What of a connection it was. */
  readonly eventType?: "CONNECT" | "MESSAGE" | "DISCONNECT";
  readonly restApiId: string;
  /** The API's name at that time. */
  readonly apiName: string;
  readonly stageName: string;
  readonly deploymentId: string;
  readonly isCanary: boolean;
  readonly status: number;
  /** Whole milliseconds. */
  readonly latency: number;
  /** Absent where no integration was called. */
  readonly integrationLatency?: number;
  /** Present where the method's detailed metrics are on. */
  readonly detailed?: { readonly method: string; readonly resource: string };
  /** Present where the stage has an access log in CloudWatch Logs. */
  readonly accessLog?: AccessLogEntry;
  /** What a WebSocket API's stage logs of the execution. */
  readonly executionLog?: readonly AccessLogEntry[];
};

export type AccessLogEntry = {
  /** Name of the group that the stage's settings say, also for a canary's request. */
  readonly logGroup: string;
  readonly line: string;
};

/** How long the account's parts take to learn of each other's changes, in milliseconds of the world's clock. */
export type Delays = {
  /** Until the data plane knows a change of API keys, of a plan's keys and of its stages. */
  keysMs: number;
  /** Until an event of the audit trail can be looked up. */
  auditMs: number;
  /** Until a new web ACL can be associated, and until the firewall knows a new stage. */
  firewallMs: number;
  /** Until a deployment of an HTTP or WebSocket API is settled. Those of REST APIs are made when they are answered. */
  deploymentMs: number;
};

export type Quotas = {
  stagesPerApi: number;
  /** Increases granted to single REST APIs, by id. */
  readonly stagesOfApi: Map<string, number>;
  resourcesPerApi: number;
  definitionBytes: number;
  usagePlans: number;
  plansPerKey: number;
  clientCertificates: number;
  routingRulesPerDomain: number;
};

export type RestApi = {
  readonly id: string;
  name: string;
  description?: string;
  version?: string;
  readonly createdDate: number;
  endpointConfiguration: { types: string[]; ipAddressType?: string; vpcEndpointIds?: string[] };
  policy?: string;
  tags: Record<string, string>;
  disableExecuteApiEndpoint: boolean;
  apiKeySource: string;
  minimumCompressionSize?: number;
  securityPolicy?: string;
  endpointAccessMode?: string;
  apiStatus?: string;
  apiStatusMessage?: string;
  draft: Definition;
  readonly deployments: Map<string, Deployment>;
  readonly stages: Map<string, Stage>;
  readonly documentationParts: Map<string, DocumentationPart>;
  readonly documentationVersions: Map<string, { version: string; createdDate: number; description?: string }>;
};

/** `properties` is a JSON text. */
export type DocumentationPart = {
  readonly id: string;
  readonly location: Record<string, string>;
  properties: string;
};

/** What a deployment freezes. `resources` always holds the root (`path` "/"). */
export type Definition = {
  binaryMediaTypes: string[];
  readonly resources: Map<string, Resource>;
  readonly models: Map<string, Record<string, unknown>>;
  readonly authorizers: Map<string, Record<string, unknown>>;
  readonly gatewayResponses: Map<string, Record<string, unknown>>;
  readonly requestValidators: Map<string, Record<string, unknown>>;
  policy?: string;
};

export type Resource = {
  readonly id: string;
  parentId?: string;
  pathPart?: string;
  path: string;
  readonly methods: Map<string, Method>;
};

/** Keyed by verb in the resource: GET, POST, …, ANY. Members as the SDK's `Method` shape names them. */
export type Method = {
  readonly httpMethod: string;
  authorizationType: string;
  authorizerId?: string;
  apiKeyRequired: boolean;
  operationName?: string;
  requestParameters?: Record<string, boolean>;
  requestModels?: Record<string, string>;
  requestValidatorId?: string;
  authorizationScopes?: string[];
  readonly methodResponses: Map<string, Record<string, unknown>>;
  methodIntegration?: Integration;
};

/** `type`: HTTP, AWS, MOCK, HTTP_PROXY or AWS_PROXY. Other members as the SDK's `Integration` shape names them. */
export type Integration = {
  type: string;
  uri?: string;
  httpMethod?: string;
  requestTemplates?: Record<string, string>;
  readonly integrationResponses: Map<string, IntegrationResponse>;
  readonly [member: string]: unknown;
};

export type IntegrationResponse = {
  readonly statusCode: string;
  selectionPattern?: string;
  responseParameters?: Record<string, string>;
  responseTemplates?: Record<string, string>;
  contentHandling?: string;
};

export type Deployment = {
  readonly id: string;
  description?: string;
  readonly createdDate: number;
  readonly definition: Definition;
};

export type Stage = {
  readonly stageName: string;
  deploymentId: string;
  description?: string;
  clientCertificateId?: string;
  cacheClusterEnabled: boolean;
  cacheClusterSize?: string;
  /** When the cache cluster reaches the state that `cacheClusterEnabled` asks for; absent when it is there. */
  cacheSettlesAt?: number;
  /** Until when the cache cluster reports that it is being flushed. */
  cacheFlushEndsAt?: number;
  methodSettings: Record<string, MethodSetting>;
  variables?: Record<string, string>;
  documentationVersion?: string;
  accessLogSettings?: { format?: string; destinationArn?: string };
  canarySettings?: CanarySettings;
  tracingEnabled: boolean;
  webAclArn?: string;
  tags?: Record<string, string>;
  readonly createdDate: number;
  lastUpdatedDate: number;
  /** What the data plane serves until it has learnt of a change, see `World.propagationMs`. */
  previously?: { readonly serving: Serving; readonly until: number };
};

/** What answers a stage's requests. Without a base, the stage is not known yet. */
export type Serving = { readonly base?: Version; readonly canary?: Version & { readonly percentTraffic: number } };

export type Version = {
  readonly deploymentId: string;
  readonly definition: Definition;
  readonly variables: Readonly<Record<string, string>>;
};

export type CanarySettings = {
  percentTraffic: number;
  deploymentId: string;
  stageVariableOverrides?: Record<string, string>;
  useStageCache: boolean;
};

export type MethodSetting = {
  metricsEnabled: boolean;
  loggingLevel?: string;
  dataTraceEnabled: boolean;
  throttlingBurstLimit: number;
  throttlingRateLimit: number;
  cachingEnabled: boolean;
  cacheTtlInSeconds: number;
  cacheDataEncrypted: boolean;
  requireAuthorizationForCacheControl: boolean;
  unauthorizedCacheControlHeaderStrategy: string;
};

export type UsagePlan = {
  readonly id: string;
  name: string;
  description?: string;
  /** `throttle`: of single routes, by `/pets/{id}/GET`. */
  apiStages: { apiId: string; stage: string; throttle?: Record<string, PlanThrottle> }[];
  tags?: Record<string, string>;
  /** Ids of API keys. Absent: none. */
  keyIds?: string[];
  throttle?: PlanThrottle;
  /** `offset`: requests that are taken off the limit in the period that `quotaSince` falls in. */
  quota?: { limit: number; period: "DAY" | "WEEK" | "MONTH"; offset?: number };
  /** When the quota was set, in milliseconds since 1970. */
  quotaSince?: number;
  productCode?: string;
};

/** Requests a second, and at once. Both together limit. */
export type PlanThrottle = { rateLimit?: number; burstLimit?: number };

/** What a key has used of a plan. */
export type KeyUse = {
  /** Those that the bucket was made for. */
  readonly limits: string;
  readonly bucket: TokenBucket | undefined;
  /** The period that is counted. */
  readonly period: string;
  count: number;
};

export type ApiKey = {
  readonly id: string;
  name?: string;
  description?: string;
  customerId?: string;
  readonly value: string;
  enabled: boolean;
  readonly createdDate: number;
  lastUpdatedDate: number;
  tags?: Record<string, string>;
};

/** Which stages, as `apiId:stage`, each value of `x-api-key` opens. */
export type KeyRing = { readonly from: number; readonly stages: ReadonlyMap<string, ReadonlySet<string>> };

export type ClientCertificate = {
  readonly clientCertificateId: string;
  description?: string;
  readonly pemEncodedCertificate: string;
  readonly createdDate: number;
  readonly expirationDate: number;
  tags?: Record<string, string>;
};

export type WebAcl = {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly createdDate: number;
};

/** One entry of the audit trail; `record` is the whole of it as JSON. */
export type AuditEvent = {
  readonly eventId: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly readOnly: boolean;
  readonly accessKeyId: string;
  readonly username: string;
  readonly time: number;
  /** From when lookups find it. */
  readonly findableAt: number;
  readonly record: string;
};

/** A permission to invoke a function, as `AddPermission` writes it into the function's policy. */
export type PolicyStatement = { readonly Sid: string; readonly [member: string]: unknown };

export type VpcLink = {
  readonly id: string;
  name: string;
  description?: string;
  readonly targetArns: string[];
  tags?: Record<string, string>;
  /** From when on it is ready. */
  readonly availableAt: number;
};

/** As the first version of the interface calls them; the second says API_MAPPING for BASE_PATH_MAPPING. */
export type RoutingMode = "BASE_PATH_MAPPING_ONLY" | "ROUTING_RULE_ONLY" | "ROUTING_RULE_THEN_BASE_PATH_MAPPING";

export type DomainName = {
  readonly domainName: string;
  /** Private ones alone have it, because several may share a name. */
  readonly domainNameId?: string;
  readonly endpointType: string;
  routingMode: RoutingMode;
  /** By base path, `(none)` at the domain's root. */
  readonly basePathMappings: Map<string, BasePathMapping>;
  /** By id. */
  readonly routingRules: Map<string, RoutingRule>;
};

/** An API mapping of the second version is the same thing. */
export type BasePathMapping = { basePath: string; restApiId: string; stage?: string; readonly id: string };

/** All conditions must hold; without any, the rule takes every request. */
export type RoutingRule = {
  readonly id: string;
  priority: number;
  headers: readonly { readonly name: string; readonly glob: string }[];
  basePath: string | undefined;
  restApiId: string;
  stage: string;
  stripBasePath: boolean;
};

export type Operation = RestOperation<World>;

export type { OperationInput } from "../aws/rest-service.ts";
