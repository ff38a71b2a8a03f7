/**
 * The state of the HTTP and WebSocket APIs that a world holds beside its REST APIs. Times are milliseconds since 1970.
 * Members are named as on the wire; those that the service omits when unset are absent here too.
 */
export type Api = {
  readonly apiId: string;
  name: string;
  readonly protocolType: "HTTP" | "WEBSOCKET";
  routeSelectionExpression: string;
  apiKeySelectionExpression: string;
  description?: string;
  version?: string;
  disableExecuteApiEndpoint: boolean;
  disableSchemaValidation?: boolean;
  ipAddressType: string;
  tags: Record<string, string>;
  readonly createdDate: number;
  /** Made by quick create. */
  readonly apiGatewayManaged?: true;
  /** What the last import said. Absent: there was none, or it had nothing to say. */
  importInfo?: string[];
  warnings?: string[];
  draft: Definition;
  readonly deployments: Map<string, Deployment>;
  readonly stages: Map<string, Stage>;
};

/** What a deployment freezes: everything but the stages. All maps are by id. */
export type Definition = {
  readonly routes: Map<string, Route>;
  readonly integrations: Map<string, Integration>;
  readonly authorizers: Map<string, Authorizer>;
  readonly models: Map<string, Model>;
  corsConfiguration?: CorsConfiguration;
};

export type CorsConfiguration = {
  allowCredentials?: boolean;
  allowHeaders?: string[];
  allowMethods?: string[];
  allowOrigins?: string[];
  exposeHeaders?: string[];
  maxAge?: number;
};

export type Route = {
  readonly routeId: string;
  /** `GET /pets/{id}`, `ANY /{proxy+}` or `$default`; for WebSocket APIs a word, `$connect` and the like. */
  routeKey: string;
  apiGatewayManaged?: true;
  apiKeyRequired: boolean;
  authorizationType: "NONE" | "AWS_IAM" | "CUSTOM" | "JWT";
  authorizerId?: string;
  authorizationScopes?: string[];
  operationName?: string;
  modelSelectionExpression?: string;
  requestModels?: Record<string, string>;
  requestParameters?: Record<string, { required?: boolean }>;
  routeResponseSelectionExpression?: string;
  /** `integrations/ID` */
  target?: string;
  readonly responses: Map<string, RouteResponse>;
};

export type RouteResponse = {
  readonly routeResponseId: string;
  routeResponseKey: string;
  readonly [member: string]: unknown;
};

/** Other members as the SDK's `Integration` shape names them, in the wire's spelling. */
export type Integration = {
  readonly integrationId: string;
  apiGatewayManaged?: true;
  integrationType: "AWS" | "HTTP" | "MOCK" | "HTTP_PROXY" | "AWS_PROXY";
  integrationUri?: string;
  integrationMethod?: string;
  integrationSubtype?: string;
  connectionType: string;
  payloadFormatVersion?: string;
  passthroughBehavior?: string;
  timeoutInMillis: number;
  requestParameters?: Record<string, string>;
  responseParameters?: Record<string, Record<string, string>>;
  requestTemplates?: Record<string, string>;
  templateSelectionExpression?: string;
  readonly responses: Map<string, IntegrationResponse>;
  readonly [member: string]: unknown;
};

export type IntegrationResponse = {
  readonly integrationResponseId: string;
  /** `/200/`, `/4\d\d/` or `$default` */
  integrationResponseKey: string;
  responseTemplates?: Record<string, string>;
  templateSelectionExpression?: string;
  readonly [member: string]: unknown;
};

export type Authorizer = {
  readonly authorizerId: string;
  name: string;
  authorizerType: "REQUEST" | "JWT";
  /** `$request.header.Authorization`, `route.request.querystring.token` */
  identitySource: string[];
  jwtConfiguration?: { audience?: string[]; issuer?: string };
  authorizerUri?: string;
  authorizerPayloadFormatVersion?: string;
  readonly [member: string]: unknown;
};

export type Model = {
  readonly modelId: string;
  name: string;
  schema: string;
  contentType: string;
  description?: string;
};

export type Deployment = {
  readonly deploymentId: string;
  description?: string;
  readonly createdDate: number;
  readonly autoDeployed: boolean;
  /** From when on it is DEPLOYED, or FAILED where it is to fail. It is PENDING before, and again after an update. */
  settlesAt: number;
  /** From when on stages serve it. */
  readonly servedFrom: number;
  /** Why it fails. */
  readonly failure?: string;
  readonly definition: Definition;
};

export type Stage = {
  readonly stageName: string;
  readonly apiGatewayManaged?: true;
  /** Absent until somebody says something about it. */
  autoDeploy?: boolean;
  deploymentId?: string;
  description?: string;
  clientCertificateId?: string;
  accessLogSettings?: { destinationArn?: string; format?: string };
  defaultRouteSettings: RouteSettings;
  /** By route key. */
  routeSettings: Record<string, RouteSettings>;
  stageVariables: Record<string, string>;
  tags: Record<string, string>;
  lastDeploymentStatusMessage?: string;
  readonly createdDate: number;
  lastUpdatedDate: number;
  /** What the data plane serves until it has learnt of a change, see `World.propagationMs`; without `serving`, nothing. */
  previously?: { readonly serving?: Serving; readonly until: number };
};

/** What answers a stage's requests. */
export type Serving = {
  readonly deploymentId: string;
  readonly definition: Definition;
  readonly variables: Readonly<Record<string, string>>;
};

export type RouteSettings = {
  detailedMetricsEnabled?: boolean;
  throttlingBurstLimit?: number;
  throttlingRateLimit?: number;
  loggingLevel?: string;
  dataTraceEnabled?: boolean;
};
