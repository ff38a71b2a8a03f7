import * as z from "zod/mini";
import { flag, map, oneOf } from "./schema-words.ts";

/** What can be said of one route, and of all routes of a stage. */

/** The largest limit that the API's 32-bit integers hold. */
const MAX_LIMIT = 2_147_483_647;

export const methodLogging = {
  level: z.optional(oneOf(["OFF", "ERROR", "INFO"])).register(z.globalRegistry, {
    description:
      "What API Gateway writes to the execution log in CloudWatch Logs. ERROR and INFO need the CloudWatch role of the account.",
    examples: ["ERROR"],
  }),
  payload: z.optional(flag()).register(z.globalRegistry, {
    description: "Whether whole requests and responses are written to the execution log, with everything in them.",
    examples: [false],
  }),
};

export const throttling = z
  .optional(
    map({
      rate: z
        .optional(
          z
            .number({ error: "a number from 0 up: requests a second" })
            .check(
              z.minimum(0, { error: "a number from 0 up: requests a second" }),
              z.maximum(MAX_LIMIT, { error: `a number of at most ${MAX_LIMIT}: requests a second` }),
            ),
        )
        .register(z.globalRegistry, {
          description: "Steady rate, in requests a second. 0 lets nothing through.",
          examples: [100],
        }),
      burst: z
        .optional(
          z
            .int({ error: "a whole number from 0 up: requests" })
            .check(
              z.minimum(0, { error: "a whole number from 0 up: requests" }),
              z.maximum(MAX_LIMIT, { error: `a whole number of at most ${MAX_LIMIT}: requests` }),
            ),
        )
        .register(z.globalRegistry, { description: "Requests that may come at once.", examples: [50] }),
    }),
  )
  .register(z.globalRegistry, { description: "Limits of each route; requests above them get 429." });

const ttl = "a whole number of seconds from 0 to 3600";

export const methodCaching = {
  enabled: z.optional(flag()).register(z.globalRegistry, {
    description: "Whether responses are cached. Without a cache cluster it has no effect.",
    examples: [true],
  }),
  ttl: z
    .optional(z.int({ error: ttl }).check(z.minimum(0, { error: ttl }), z.maximum(3600, { error: ttl })))
    .register(z.globalRegistry, {
      description: "How long a response is cached, in seconds; 0 does not cache.",
      examples: [300],
    }),
  encrypted: z
    .optional(flag())
    .register(z.globalRegistry, { description: "Whether cached responses are encrypted.", examples: [true] }),
  "require-authorization": z.optional(flag()).register(z.globalRegistry, {
    description: "Whether a caller needs permission to have a cached response made anew (Cache-Control: max-age=0).",
    examples: [true],
  }),
  unauthorized: z
    .optional(oneOf(["FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"]))
    .register(z.globalRegistry, {
      description:
        "What a caller without that permission gets: an error, or the cached response with or without a warning header.",
      examples: ["FAIL_WITH_403"],
    }),
};

export const metrics = z.optional(flag()).register(z.globalRegistry, {
  description: "Whether detailed metrics of each route go to CloudWatch; they cost money.",
  examples: [false],
});

export const route = map({
  logging: z.optional(map(methodLogging)).register(z.globalRegistry, { description: "Execution log of this route." }),
  metrics,
  throttling,
  caching: z.optional(map(methodCaching)).register(z.globalRegistry, { description: "Caching of this route." }),
});
