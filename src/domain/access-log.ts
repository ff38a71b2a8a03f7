/**
 * What an access log format says of each request, as far as a canary is judged by it. CloudWatch Logs Insights finds the
 * fields of JSON by their path, `error.responseType` (User Guide, "Supported logs and discovered fields").
 */
export type AccessLogFields = {
  /** Whether the request went to the canary: `true` or `false`. */
  readonly isCanary: string;
  readonly status: string;
  /** Milliseconds; `undefined` where the format does not say. */
  readonly latency: string | undefined;
  /** The deployment that answered. */
  readonly deployment: string | undefined;
  /** The stage, for log groups that several share. */
  readonly stage: string | undefined;
  readonly restApi: string | undefined;
};

/** `missing`: the `$context` variables that a judgement needs, or that the format is no JSON. */
export type AccessLogReading =
  | { readonly kind: "fields"; readonly fields: AccessLogFields }
  | { readonly kind: "unfit"; readonly because: string };

/** Reads a stage's access log format: only JSON has fields that can be counted without parsing. */
export const readAccessLogFormat = (format: string): AccessLogReading => {
  const tree = treeOf(format);
  if (tree === undefined) {
    return { kind: "unfit", because: "the access log format is no JSON object, in which Logs Insights finds fields" };
  }
  const paths = new Map(leavesOf(tree, "").map(([path, value]) => [value, path]));
  const isCanary = paths.get("$context.isCanaryRequest");
  const status = paths.get("$context.status");
  if (isCanary === undefined || status === undefined) {
    const missing = [
      ...(isCanary === undefined ? ["$context.isCanaryRequest"] : []),
      ...(status === undefined ? ["$context.status"] : []),
    ];
    return { kind: "unfit", because: `the access log format lacks ${missing.join(" and ")}` };
  }
  return {
    kind: "fields",
    fields: {
      isCanary,
      status,
      latency: paths.get("$context.responseLatency"),
      deployment: paths.get("$context.deploymentId"),
      stage: paths.get("$context.stage"),
      restApi: paths.get("$context.apiId"),
    },
  };
};

/** Variables stand in quotes or, where they are numbers, without. */
const treeOf = (format: string): object | undefined => {
  const quoted = format.replace(/("?)(\$context(?:\.[A-Za-z_]\w*)+)\1/g, (_, _quote, name: string) => `"${name}"`);
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const leavesOf = (value: object, prefix: string): [path: string, value: string][] =>
  Object.entries(value).flatMap(([name, inner]: [string, unknown]): [string, string][] =>
    typeof inner === "object" && inner !== null
      ? leavesOf(inner, `${prefix}${name}.`)
      : [[`${prefix}${name}`, String(inner)]],
  );

/** The name of the log group that an access log goes to; `undefined` for one that Logs Insights cannot ask, a Firehose stream. */
export const logGroupOf = (destinationArn: string): string | undefined => {
  const [, , service, , , kind, name] = destinationArn.replace(/:\*$/, "").split(":");
  return service === "logs" && kind === "log-group" ? name : undefined;
};
