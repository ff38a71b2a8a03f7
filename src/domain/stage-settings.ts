/** What a stage has, in our own words: no SDK types. */

/** What stands in place of a route for what all routes have, which have no settings of their own. */
export const ALL_ROUTES = "*/*";

/** An entry of the stage's method settings as GetStage returns it (API reference, MethodSetting). */
export type MethodSettings = {
  readonly metricsEnabled?: boolean | undefined;
  /** Absent where nothing was ever logged: OFF (recorded behaviour). */
  readonly loggingLevel?: string | undefined;
  readonly dataTraceEnabled?: boolean | undefined;
  /** Requests. */
  readonly throttlingBurstLimit?: number | undefined;
  /** Requests a second. */
  readonly throttlingRateLimit?: number | undefined;
  readonly cachingEnabled?: boolean | undefined;
  /** Seconds. */
  readonly cacheTtlInSeconds?: number | undefined;
  readonly cacheDataEncrypted?: boolean | undefined;
  readonly requireAuthorizationForCacheControl?: boolean | undefined;
  readonly unauthorizedCacheControlHeaderStrategy?: string | undefined;
};

export type StageSettings = {
  readonly description: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  /** By the route's name, `GET /pets/{id}`, and one for all routes. */
  readonly methodSettings: Readonly<Record<string, MethodSettings>>;
  readonly accessLog: { readonly destinationArn: string | undefined; readonly format: string | undefined } | undefined;
  /** `size` in GB as text ("0.5"); `status` as the service says it (AVAILABLE, CREATE_IN_PROGRESS, …). */
  readonly cacheCluster: {
    readonly enabled: boolean;
    readonly size: string | undefined;
    readonly status: string | undefined;
  };
  readonly clientCertificateId: string | undefined;
  readonly documentationVersion: string | undefined;
  readonly tracingEnabled: boolean;
  readonly tags: Readonly<Record<string, string>>;
};

/** What a stage has that was just made with nothing but a deployment. */
export const newStageSettings: StageSettings = {
  description: undefined,
  variables: {},
  methodSettings: {},
  accessLog: undefined,
  cacheCluster: { enabled: false, size: undefined, status: undefined },
  clientCertificateId: undefined,
  documentationVersion: undefined,
  tracingEnabled: false,
  tags: {},
};

/** Whether an entry of method settings writes execution logs. */
export const logsExecution = ({ loggingLevel = "OFF" }: MethodSettings): boolean => loggingLevel !== "OFF";

/** Whether access logs go to a log group, by the ARN of where they go; Firehose streams are the alternative. */
export const isLogGroup = (destinationArn: string | undefined): boolean =>
  /^arn:[^:]+:logs:/.test(destinationArn ?? "");

/** Whether anything of the stage is logged in CloudWatch, for which API Gateway needs the account's role. */
export const hasLogs = ({ methodSettings, accessLog }: StageSettings): boolean =>
  Object.values(methodSettings).some(logsExecution) || isLogGroup(accessLog?.destinationArn);
