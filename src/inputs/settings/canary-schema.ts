import * as z from "zod/mini";
import { oneOf } from "./schema-words.ts";

/** How a canary of the stage goes on, and what ends it. An error text ends the sentence "It must be …". */

const stepsRule = "a list of one to ten ascending shares in per cent, above 0 and up to 100, for example [10, 50]";
const durationRule = (example: string, units: string): string => `a number of ${units}, for example ${example}`;
const percentageRule = "a percentage from 0% to 100% with its sign, for example 1% or 0.5%";
const alarmsRule = "a list of at most 50 names or ARNs of CloudWatch alarms, for example [orders-errors]";

const minutes = (example: string) =>
  z
    .string({ error: durationRule(example, "minutes or hours") })
    .check(z.regex(/^[1-9][0-9]{0,3}[mh]$/, { error: durationRule(example, "minutes or hours") }));
const percentage = () =>
  z
    .string({ error: percentageRule })
    .check(z.regex(/^(?:100|[0-9]{1,2}(?:\.[0-9]{1,4})?) ?%$/, { error: percentageRule }));
const whole = (least: number, most: number, rule: string) =>
  z.int({ error: rule }).check(z.minimum(least, { error: rule }), z.maximum(most, { error: rule }));
const ratioRule = "a number from 1 to 100";
const isAscending = (steps: readonly number[]): boolean =>
  steps.every((share, index) => index === 0 || share > (steps[index - 1] ?? 0));

const shape = {
  steps: z
    .optional(
      z
        .array(
          z.number({ error: stepsRule }).check(z.gt(0, { error: stepsRule }), z.maximum(100, { error: stepsRule })),
          {
            error: stepsRule,
          },
        )
        .check(
          z.minLength(1, { error: stepsRule }),
          z.maxLength(10, { error: stepsRule }),
          z.refine(isAscending, { error: stepsRule }),
        ),
    )
    .register(z.globalRegistry, {
      description:
        "The shares of the requests that the canary gets, one after the other, in per cent. After the last it is completed. Default [10, 50].",
      examples: [[10, 50]],
    }),
  interval: z.optional(minutes("10m")).register(z.globalRegistry, {
    description: "How long each step is watched. Default 10m, at least 5m.",
    examples: ["10m"],
  }),
  "warm-up": z.optional(minutes("2m")).register(z.globalRegistry, {
    description: "The start of each step, which is not judged. Default 2m.",
    examples: ["2m"],
  }),
  "min-requests": z
    .optional(whole(1, 1_000_000_000, "a whole number of requests above zero"))
    .register(z.globalRegistry, {
      description: "Requests to the canary without which nothing is proven. Default 200.",
      examples: [200],
    }),
  "max-error-rate": z.optional(percentage()).register(z.globalRegistry, {
    description: "The part of the canary's requests that may end in a server error (5xx). Default 1%.",
    examples: ["1%"],
  }),
  "max-error-increase": z.optional(percentage()).register(z.globalRegistry, {
    description: "How much above the base's error rate the canary's may be at the same time. Default 0.5%.",
    examples: ["0.5%"],
  }),
  "max-p95-ratio": z
    .optional(
      z.number({ error: ratioRule }).check(z.minimum(1, { error: ratioRule }), z.maximum(100, { error: ratioRule })),
    )
    .register(z.globalRegistry, {
      description: "The canary's 95th percentile of latency, as a multiple of the base's. Default 1.5.",
      examples: [1.5],
    }),
  alarms: z
    .optional(
      z
        .array(
          z
            .string({ error: alarmsRule })
            .check(z.minLength(1, { error: alarmsRule }), z.maxLength(1600, { error: alarmsRule })),
          {
            error: alarmsRule,
          },
        )
        .check(z.maxLength(50, { error: alarmsRule })),
    )
    .register(z.globalRegistry, {
      description: "CloudWatch alarms, by name or ARN, that must stay quiet in every step.",
      examples: [["orders-errors"]],
    }),
  "failure-limit": z
    .optional(whole(0, 100, "a whole number of failed checks from 0 to 100"))
    .register(z.globalRegistry, { description: "Failed checks that each step may have. Default 0.", examples: [0] }),
  "not-proven": z.optional(oneOf(["hold", "abort"])).register(z.globalRegistry, {
    description:
      "What comes of a step that too little is known of: hold leaves the share as it is, abort ends the canary. It never goes on. Default hold.",
    examples: ["hold"],
  }),
  "on-failure": z.optional(oneOf(["abort", "hold"])).register(z.globalRegistry, {
    description: "What comes of a step that failed, and of the deadline. Default abort.",
    examples: ["abort"],
  }),
  deadline: z
    .optional(
      z
        .string({ error: durationRule("24h", "hours or days") })
        .check(z.regex(/^[1-9][0-9]{0,2}[hd]$/, { error: durationRule("24h", "hours or days") })),
    )
    .register(z.globalRegistry, {
      description:
        "How long after its start the canary must have ended; after that the next run or sweep aborts it. Default 24h.",
      examples: ["24h"],
    }),
  work: z.optional(oneOf(["step", "all"])).register(z.globalRegistry, {
    description: "step: each run judges one step. all: one run takes all steps, and waits in between. Default step.",
    examples: ["step"],
  }),
  "use-stage-cache": z.optional(z.boolean({ error: "true or false" })).register(z.globalRegistry, {
    description: "Whether the canary uses the stage's cache. Default false.",
    examples: [false],
  }),
};

export const canarySchema = z
  .optional(z.strictObject(shape, { error: `a map of ${Object.keys(shape).join(", ")}` }))
  .register(z.globalRegistry, {
    description: "How a canary of the stage goes on, and what ends it. See docs/canary.md.",
  });
