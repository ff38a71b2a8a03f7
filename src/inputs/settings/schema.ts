import * as z from "zod/mini";
import { OWNER_TAG } from "../../domain/owner.ts";
import { WEB_ACL_ARN } from "../../domain/web-acl.ts";
import { canarySchema } from "./canary-schema.ts";
import { MAX_TAGS, MAX_VARIABLES } from "./limits.ts";
import { methodCaching, methodLogging, metrics, route, throttling } from "./method-schema.ts";
import { flag, map, shortText, text } from "./schema-words.ts";

/**
 * Everything that can be said about a stage's settings, in one place: the types, the validation and the published JSON
 * Schema follow from here. An error text ends the sentence "It must be …". Ranges and shapes are API Gateway's (API
 * reference, UpdateStage patch operations; Developer Guide, quotas and "Set up CloudWatch logging").
 */

/** Gigabytes of a cache cluster (API reference, CacheClusterSize). */
export const CLUSTER_SIZES = [0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237] as const;

/** Usage plans that one key may be in (API Gateway quotas); a key may be in one plan of a stage only. */
export const MAX_PLANS = 10;

const MAX_FORMAT_BYTES = 3072;
const accessLogArn = "the ARN of a log group without a trailing :*, or of a Firehose stream named amazon-apigateway-*";
const accessLogFormat = `one line of at most 3 KB with $context.requestId or $context.extendedRequestId in it (in a folded text, >- in place of >)`;

const stageLogging = {
  ...methodLogging,
  "access-log-arn": z
    .optional(
      z.nullable(
        text(
          /^arn:[\w-]+:(?:logs:[\w-]+:\d{12}:log-group:[\w./#-]+|firehose:[\w-]+:\d{12}:deliverystream\/amazon-apigateway-[\w.-]+)$/,
          `${accessLogArn}; null switches access logs off`,
        ),
      ),
    )
    .register(z.globalRegistry, {
      description:
        "Where access logs go: a CloudWatch log group, or a Firehose stream whose name begins with amazon-apigateway-. null switches access logs off.",
      examples: ["arn:aws:logs:eu-central-1:123456789012:log-group:/orders/access"],
    }),
  "access-log-format": z
    .optional(
      text(/^(?=[^\r\n]*$)[^\r\n]*\$context\.(?:requestId|extendedRequestId)\b/, accessLogFormat).check(
        z.refine((format) => Buffer.byteLength(format) <= MAX_FORMAT_BYTES, { error: accessLogFormat }),
      ),
    )
    .register(z.globalRegistry, {
      description:
        "One access log entry: one line, at most 3 KB, with $context.requestId or $context.extendedRequestId in it.",
      // A character is a byte at least.
      maxLength: MAX_FORMAT_BYTES,
      examples: ["$context.requestId $context.httpMethod $context.resourcePath $context.status"],
    }),
};

const stageCaching = {
  "cluster-size": z
    .optional(
      z.nullable(
        z.literal(CLUSTER_SIZES, { error: `one of ${CLUSTER_SIZES.join(", ")} (GB), or null for no cache cluster` }),
      ),
    )
    .register(z.globalRegistry, {
      description:
        "The cache cluster's size in GB. A size switches the cluster on, null switches it off. It is billed by the hour; coming and going takes minutes.",
      examples: [0.5],
    }),
  ...methodCaching,
};

const routeRule =
  "a route as the deployment has it: a verb in capitals (or ANY), one blank and the path, for example GET /pets/{id}; or a route without a path, by its key, for example $default or ping";
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
  description: z.optional(shortText(255, "text of 1 to 255 characters")).register(z.globalRegistry, {
    description: "What people read about the stage, at most 255 characters.",
    examples: ["live"],
  }),
  variables: z
    .optional(
      z
        .record(
          text(/^\w{1,64}$/, variableName),
          z
            .nullable(text(/^[A-Za-z0-9._~:/?#&=,-]{1,512}$/, `${variableValue}; null removes it`))
            .register(z.globalRegistry, {
              description: "The variable's value, 1 to 512 characters; null removes the variable.",
            }),
          { error: "a map of variable names to values" },
        )
        .check(
          z.refine((variables) => declared(variables) <= MAX_VARIABLES, {
            error: `a map of at most ${MAX_VARIABLES} variables: API Gateway allows no more on a stage`,
          }),
        ),
    )
    .register(z.globalRegistry, {
      description: `Stage variables, at most ${MAX_VARIABLES}. Everyone who may read the stage can read them: they are no place for secrets.`,
      examples: [{ alias: "live" }],
    }),
  logging: z
    .optional(
      map(stageLogging).check(
        z.refine((logging) => logging["access-log-arn"] !== null || logging["access-log-format"] === undefined, {
          path: ["access-log-format"],
          error: "left out where access-log-arn is null, which switches access logs off",
        }),
      ),
    )
    .register(z.globalRegistry, {
      description: "Execution log of all routes, and access logs.",
      not: {
        properties: { "access-log-arn": { type: "null" } },
        required: ["access-log-arn", "access-log-format"],
      },
    }),
  metrics,
  tracing: z
    .optional(flag())
    .register(z.globalRegistry, { description: "Whether requests are traced with AWS X-Ray.", examples: [false] }),
  throttling,
  caching: z
    .optional(map(stageCaching))
    .register(z.globalRegistry, { description: "Cache cluster of the stage, and caching of all routes." }),
  "client-certificate-id": z
    .optional(text(/^[A-Za-z0-9]{1,64}$/, "the id of a client certificate: letters and digits"))
    .register(z.globalRegistry, {
      description: "The client certificate that API Gateway shows to backends.",
      examples: ["abc123"],
    }),
  "documentation-version": z
    .optional(shortText(255, "the name of a documentation version as text"))
    .register(z.globalRegistry, {
      description:
        "The documentation version of the stage. One that does not exist yet is published when the draft is deployed.",
      examples: ["1.2"],
    }),
  "usage-plans": z
    .optional(
      z.array(text(/^[a-z0-9]{1,20}$/, planId), { error: planIds }).check(
        z.maxLength(MAX_PLANS, { error: planIds }),
        z.refine((ids) => new Set(ids).size === ids.length, { error: planIds }),
      ),
    )
    .register(z.globalRegistry, {
      description:
        "Ids of the usage plans whose API keys open the stage. The stage joins them after it is pointed, and leaves them before it is deleted.",
      examples: [["abc123"]],
      uniqueItems: true,
    }),
  "web-acl": z
    .optional(
      z.union(
        [
          text(WEB_ACL_ARN, webAcl),
          z.strictObject({
            "same-as": text(/^[A-Za-z0-9_-]{1,128}$/, "the name of a stage of the API").register(z.globalRegistry, {
              description: "The stage of the API whose web ACL is taken.",
              examples: ["prod"],
            }),
          }),
          z.null(),
        ],
        { error: webAcl },
      ),
    )
    .register(z.globalRegistry, {
      description:
        "The web ACL of AWS WAF that a new stage gets: its ARN, or same-as with the stage that has it. null declares none. A web ACL that a stage has is never replaced.",
      examples: [{ "same-as": "prod" }],
    }),
  tags: z
    .optional(
      z
        .record(
          text(new RegExp(`^(?![Aa][Ww][Ss]:|${OWNER_TAG}(?::|$)).{1,128}$`), tagKey),
          z
            .nullable(
              z
                .string({ error: "text of at most 256 characters; null removes the tag" })
                .check(z.maxLength(256, { error: "text of at most 256 characters; null removes the tag" })),
            )
            .register(z.globalRegistry, {
              description: "The tag's value, at most 256 characters; null removes the tag.",
            }),
          { error: "a map of tag keys to values" },
        )
        .check(z.refine((tags) => declared(tags) <= MAX_TAGS, { error: `a map of at most ${MAX_TAGS} tags` })),
    )
    .register(z.globalRegistry, {
      description: `Tags of the stage, at most ${MAX_TAGS} with this action's own.`,
      examples: [{ team: "orders" }],
    }),
  routes: z
    .optional(
      z.record(
        text(/^(?:(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ANY) \/\S*|[$\w][\w.-]*)$/, routeRule),
        z.nullable(route).register(z.globalRegistry, {
          description:
            "Settings of one route, which the deployment must have. null removes what the route has of its own.",
        }),
        { error: "a map of routes, for example GET /pets/{id}, to their settings" },
      ),
    )
    .register(z.globalRegistry, {
      description: "Settings of single routes, by verb and path, or by the key of a route without a path.",
      examples: [{ "GET /pets/{id}": { throttling: { rate: 500, burst: 200 } } }],
    }),
  canary: canarySchema,
});

/** The settings of one stage: a layer of the file, or the whole of the `settings` input. */
export const stageSchema = stage;

/** The settings file. */
export const fileSchema = map({
  defaults: z
    .optional(stage)
    .register(z.globalRegistry, { description: "Settings of every stage, where nothing below says otherwise." }),
  stages: z
    .optional(
      z.record(
        text(
          /^(?:[A-Za-z0-9_*-]{1,128}|\$default)$/,
          "the name of a stage (letters, digits, - and _), or a pattern with * for any characters, for example pr-*",
        ),
        stage,
        { error: "a map of stage names or patterns to settings" },
      ),
    )
    .register(z.globalRegistry, {
      description:
        "Settings by stage name, or by a pattern in which * stands for any characters. A name wins over a pattern, a pattern with more letters over one with fewer.",
    }),
});

export type StageLayer = z.infer<typeof stageSchema>;
export type SettingsFile = z.infer<typeof fileSchema>;
