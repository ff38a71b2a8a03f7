import * as z from "zod";
import { OWNER_TAG } from "../../domain/owner.ts";
import { WEB_ACL_ARN } from "../../domain/web-acl.ts";
import { canarySchema } from "./canary-schema.ts";

/**
 * Everything that can be said about a stage's settings, in one place: the types, the validation and the published JSON
 * Schema follow from here. An error text ends the sentence "It must be …". Ranges and shapes are API Gateway's (API
 * reference, UpdateStage patch operations; Developer Guide, quotas and "Set up CloudWatch logging").
 */

/** Gigabytes of a cache cluster (API reference, CacheClusterSize). */
export const CLUSTER_SIZES = [0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237] as const;

/** Stage variables of one stage, and tags of one stage (API Gateway quotas). */
export const MAX_VARIABLES = 100;
export const MAX_TAGS = 50;

/** Usage plans that one key may be in (API Gateway quotas); a key may be in one plan of a stage only. */
export const MAX_PLANS = 10;

const MAX_FORMAT_BYTES = 3072;
/** The largest limit that the API's 32-bit integers hold. */
const MAX_LIMIT = 2_147_483_647;

const text = (pattern: RegExp, error: string) => z.string({ error }).regex(pattern, { error });
const shortText = (longest: number, error: string) => z.string({ error }).min(1, { error }).max(longest, { error });
const flag = () => z.boolean({ error: "true or false" });
const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });
const map = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.strictObject(shape, { error: `a map of ${Object.keys(shape).join(", ")}` });

const methodLogging = {
  level: oneOf(["OFF", "ERROR", "INFO"])
    .optional()
    .meta({
      description:
        "What API Gateway writes to the execution log in CloudWatch Logs. ERROR and INFO need the CloudWatch role of the account.",
      examples: ["ERROR"],
    }),
  payload: flag()
    .optional()
    .meta({
      description: "Whether whole requests and responses are written to the execution log, with everything in them.",
      examples: [false],
    }),
};

const accessLogArn = "the ARN of a log group without a trailing :*, or of a Firehose stream named amazon-apigateway-*";
const accessLogFormat = `one line of at most 3 KB with $context.requestId or $context.extendedRequestId in it (in a folded text, >- in place of >)`;

const stageLogging = {
  ...methodLogging,
  "access-log-arn": text(
    /^arn:[\w-]+:(?:logs:[\w-]+:\d{12}:log-group:[\w./#-]+|firehose:[\w-]+:\d{12}:deliverystream\/amazon-apigateway-[\w.-]+)$/,
    `${accessLogArn}; null switches access logs off`,
  )
    .nullable()
    .optional()
    .meta({
      description:
        "Where access logs go: a CloudWatch log group, or a Firehose stream whose name begins with amazon-apigateway-. null switches access logs off.",
      examples: ["arn:aws:logs:eu-central-1:123456789012:log-group:/orders/access"],
    }),
  "access-log-format": text(/^(?=[^\r\n]*$)[^\r\n]*\$context\.(?:requestId|extendedRequestId)\b/, accessLogFormat)
    .refine((format) => Buffer.byteLength(format) <= MAX_FORMAT_BYTES, { error: accessLogFormat })
    .optional()
    .meta({
      description:
        "One access log entry: one line, at most 3 KB, with $context.requestId or $context.extendedRequestId in it.",
      examples: ["$context.requestId $context.httpMethod $context.resourcePath $context.status"],
    }),
};

const throttling = map({
  rate: z
    .number({ error: "a number from 0 up: requests a second" })
    .min(0, { error: "a number from 0 up: requests a second" })
    .max(MAX_LIMIT, { error: `a number of at most ${MAX_LIMIT}: requests a second` })
    .optional()
    .meta({ description: "Steady rate, in requests a second. 0 lets nothing through.", examples: [100] }),
  burst: z
    .int({ error: "a whole number from 0 up: requests" })
    .min(0, { error: "a whole number from 0 up: requests" })
    .max(MAX_LIMIT, { error: `a whole number of at most ${MAX_LIMIT}: requests` })
    .optional()
    .meta({ description: "Requests that may come at once.", examples: [50] }),
})
  .optional()
  .meta({ description: "Limits of each route; requests above them get 429." });

const ttl = "a whole number of seconds from 0 to 3600";

const methodCaching = {
  enabled: flag()
    .optional()
    .meta({
      description: "Whether responses are cached. Without a cache cluster it has no effect.",
      examples: [true],
    }),
  ttl: z
    .int({ error: ttl })
    .min(0, { error: ttl })
    .max(3600, { error: ttl })
    .optional()
    .meta({ description: "How long a response is cached, in seconds; 0 does not cache.", examples: [300] }),
  encrypted: flag()
    .optional()
    .meta({ description: "Whether cached responses are encrypted.", examples: [true] }),
  "require-authorization": flag()
    .optional()
    .meta({
      description: "Whether a caller needs permission to have a cached response made anew (Cache-Control: max-age=0).",
      examples: [true],
    }),
  unauthorized: oneOf(["FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"])
    .optional()
    .meta({
      description:
        "What a caller without that permission gets: an error, or the cached response with or without a warning header.",
      examples: ["FAIL_WITH_403"],
    }),
};

const stageCaching = {
  "cluster-size": z
    .literal(CLUSTER_SIZES, { error: `one of ${CLUSTER_SIZES.join(", ")} (GB), or null for no cache cluster` })
    .nullable()
    .optional()
    .meta({
      description:
        "The cache cluster's size in GB. A size switches the cluster on, null switches it off. It is billed by the hour; coming and going takes minutes.",
      examples: [0.5],
    }),
  ...methodCaching,
};

const metrics = flag()
  .optional()
  .meta({
    description: "Whether detailed metrics of each route go to CloudWatch; they cost money.",
    examples: [false],
  });

const route = map({
  logging: map(methodLogging).optional().meta({ description: "Execution log of this route." }),
  metrics,
  throttling,
  caching: map(methodCaching).optional().meta({ description: "Caching of this route." }),
});

const routeRule =
  "a route as the deployment has it: a verb in capitals (or ANY), one blank and the path, for example GET /pets/{id}; or a route without a path, for example $default";
const variableName = "the name of a variable: at most 64 letters, digits and underscores";
const variableValue =
  "text of 1 to 512 letters, digits and - . _ ~ : / ? # & = , (API Gateway refuses all else, blanks and $ too)";
const tagKey = `the key of a tag: at most 128 characters, not aws:… and not ${OWNER_TAG}…, which are this action's own`;

const planIds = `a list of at most ${MAX_PLANS} ids of usage plans, each once; [] for none`;
const planId = "the id of a usage plan: lower-case letters and digits, for example abc123";

const webAcl =
  "the ARN of a regional web ACL of AWS WAF (arn:aws:wafv2:…:regional/webacl/…), { same-as: STAGE } with the name of a stage of the API, or null for none";

const declared = (entries: object): number => Object.values(entries).filter((value) => value !== null).length;

const stage = map({
  description: shortText(255, "text of 1 to 255 characters")
    .optional()
    .meta({ description: "What people read about the stage, at most 255 characters.", examples: ["live"] }),
  variables: z
    .record(
      text(/^\w{1,64}$/, variableName),
      text(/^[A-Za-z0-9._~:/?#&=,-]{1,512}$/, `${variableValue}; null removes it`)
        .nullable()
        .meta({ description: "The variable's value, 1 to 512 characters; null removes the variable." }),
      { error: "a map of variable names to values" },
    )
    .refine((variables) => declared(variables) <= MAX_VARIABLES, {
      error: `a map of at most ${MAX_VARIABLES} variables: API Gateway allows no more on a stage`,
    })
    .optional()
    .meta({
      description: `Stage variables, at most ${MAX_VARIABLES}. Everyone who may read the stage can read them: they are no place for secrets.`,
      examples: [{ alias: "live" }],
    }),
  logging: map(stageLogging)
    .refine((logging) => logging["access-log-arn"] !== null || logging["access-log-format"] === undefined, {
      path: ["access-log-format"],
      error: "left out where access-log-arn is null, which switches access logs off",
    })
    .optional()
    .meta({ description: "Execution log of all routes, and access logs." }),
  metrics,
  tracing: flag()
    .optional()
    .meta({ description: "Whether requests are traced with AWS X-Ray.", examples: [false] }),
  throttling,
  caching: map(stageCaching).optional().meta({ description: "Cache cluster of the stage, and caching of all routes." }),
  "client-certificate-id": text(/^[A-Za-z0-9]{1,64}$/, "the id of a client certificate: letters and digits")
    .optional()
    .meta({ description: "The client certificate that API Gateway shows to backends.", examples: ["abc123"] }),
  "documentation-version": shortText(255, "the name of a documentation version as text")
    .optional()
    .meta({
      description:
        "The documentation version of the stage. One that does not exist yet is published when the draft is deployed.",
      examples: ["1.2"],
    }),
  "usage-plans": z
    .array(text(/^[a-z0-9]{1,20}$/, planId), { error: planIds })
    .max(MAX_PLANS, { error: planIds })
    .refine((ids) => new Set(ids).size === ids.length, { error: planIds })
    .optional()
    .meta({
      description:
        "Ids of the usage plans whose API keys open the stage. The stage joins them after it is pointed, and leaves them before it is deleted.",
      examples: [["abc123"]],
    }),
  "web-acl": z
    .union(
      [
        z.string().regex(WEB_ACL_ARN),
        z.strictObject({
          "same-as": z
            .string()
            .regex(/^[A-Za-z0-9_-]{1,128}$/)
            .meta({ description: "The stage of the API whose web ACL is taken.", examples: ["prod"] }),
        }),
        z.null(),
      ],
      { error: webAcl },
    )
    .optional()
    .meta({
      description:
        "The web ACL of AWS WAF that a new stage gets: its ARN, or same-as with the stage that has it. null declares none. A web ACL that a stage has is never replaced.",
      examples: [{ "same-as": "prod" }],
    }),
  tags: z
    .record(
      text(new RegExp(`^(?![Aa][Ww][Ss]:|${OWNER_TAG}(?::|$)).{1,128}$`), tagKey),
      z
        .string({ error: "text of at most 256 characters; null removes the tag" })
        .max(256, { error: "text of at most 256 characters; null removes the tag" })
        .nullable()
        .meta({ description: "The tag's value, at most 256 characters; null removes the tag." }),
      { error: "a map of tag keys to values" },
    )
    .refine((tags) => declared(tags) <= MAX_TAGS, { error: `a map of at most ${MAX_TAGS} tags` })
    .optional()
    .meta({
      description: `Tags of the stage, at most ${MAX_TAGS} with this action's own.`,
      examples: [{ team: "orders" }],
    }),
  routes: z
    .record(
      text(/^(?:(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ANY) \/\S*|\$[a-z]+)$/, routeRule),
      route.nullable().meta({
        description:
          "Settings of one route, which the deployment must have. null removes what the route has of its own.",
      }),
      { error: "a map of routes, for example GET /pets/{id}, to their settings" },
    )
    .optional()
    .meta({
      description: "Settings of single routes, by verb and path.",
      examples: [{ "GET /pets/{id}": { throttling: { rate: 500, burst: 200 } } }],
    }),
  canary: canarySchema,
});

/** The settings of one stage: a layer of the file, or the whole of the `settings` input. */
export const stageSchema = stage;

/** The settings file. */
export const fileSchema = map({
  defaults: stage.optional().meta({ description: "Settings of every stage, where nothing below says otherwise." }),
  stages: z
    .record(
      text(
        /^(?:[A-Za-z0-9_*-]{1,128}|\$default)$/,
        "the name of a stage (letters, digits, - and _), or a pattern with * for any characters, for example pr-*",
      ),
      stage,
      { error: "a map of stage names or patterns to settings" },
    )
    .optional()
    .meta({
      description:
        "Settings by stage name, or by a pattern in which * stands for any characters. A name wins over a pattern, a pattern with more letters over one with fewer.",
    }),
});

export type StageLayer = z.infer<typeof stageSchema>;
export type SettingsFile = z.infer<typeof fileSchema>;
