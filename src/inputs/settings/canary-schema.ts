import * as z from "zod";

/** How a canary of the stage goes on, and what ends it. An error text ends the sentence "It must be …". */

const stepsRule = "a list of one to ten ascending shares in per cent, above 0 and up to 100, for example [10, 50]";
const durationRule = (example: string, units: string): string => `a number of ${units}, for example ${example}`;
const percentageRule = "a percentage from 0% to 100% with its sign, for example 1% or 0.5%";
const alarmsRule = "a list of at most 50 names or ARNs of CloudWatch alarms, for example [orders-errors]";

const minutes = (example: string) =>
  z
    .string({ error: durationRule(example, "minutes or hours") })
    .regex(/^[1-9][0-9]{0,3}[mh]$/, { error: durationRule(example, "minutes or hours") });
const percentage = () =>
  z.string({ error: percentageRule }).regex(/^(?:100|[0-9]{1,2}(?:\.[0-9]{1,4})?) ?%$/, { error: percentageRule });
const whole = (least: number, most: number, rule: string) =>
  z.int({ error: rule }).min(least, { error: rule }).max(most, { error: rule });
const ratioRule = "a number from 1 to 100";
const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });

const isAscending = (steps: readonly number[]): boolean =>
  steps.every((share, index) => index === 0 || share > (steps[index - 1] ?? 0));

const shape = {
  steps: z
    .array(z.number({ error: stepsRule }).gt(0, { error: stepsRule }).max(100, { error: stepsRule }), {
      error: stepsRule,
    })
    .min(1, { error: stepsRule })
    .max(10, { error: stepsRule })
    .refine(isAscending, { error: stepsRule })
    .optional()
    .meta({
      description:
        "The shares of the requests that the canary gets, one after the other, in per cent. After the last it is completed. Default [10, 50].",
      examples: [[10, 50]],
    }),
  interval: minutes("10m")
    .optional()
    .meta({ description: "How long each step is watched. Default 10m, at least 5m.", examples: ["10m"] }),
  "warm-up": minutes("2m")
    .optional()
    .meta({ description: "The start of each step, which is not judged. Default 2m.", examples: ["2m"] }),
  "min-requests": whole(1, 1_000_000_000, "a whole number of requests above zero")
    .optional()
    .meta({ description: "Requests to the canary without which nothing is proven. Default 200.", examples: [200] }),
  "max-error-rate": percentage()
    .optional()
    .meta({
      description: "The part of the canary's requests that may end in a server error (5xx). Default 1%.",
      examples: ["1%"],
    }),
  "max-error-increase": percentage()
    .optional()
    .meta({
      description: "How much above the base's error rate the canary's may be at the same time. Default 0.5%.",
      examples: ["0.5%"],
    }),
  "max-p95-ratio": z
    .number({ error: ratioRule })
    .min(1, { error: ratioRule })
    .max(100, { error: ratioRule })
    .optional()
    .meta({
      description: "The canary's 95th percentile of latency, as a multiple of the base's. Default 1.5.",
      examples: [1.5],
    }),
  alarms: z
    .array(z.string({ error: alarmsRule }).min(1, { error: alarmsRule }).max(1600, { error: alarmsRule }), {
      error: alarmsRule,
    })
    .max(50, { error: alarmsRule })
    .optional()
    .meta({
      description: "CloudWatch alarms, by name or ARN, that must stay quiet in every step.",
      examples: [["orders-errors"]],
    }),
  "failure-limit": whole(0, 100, "a whole number of failed checks from 0 to 100")
    .optional()
    .meta({ description: "Failed checks that each step may have. Default 0.", examples: [0] }),
  "not-proven": oneOf(["hold", "abort"])
    .optional()
    .meta({
      description:
        "What comes of a step that too little is known of: hold leaves the share as it is, abort ends the canary. It never goes on. Default hold.",
      examples: ["hold"],
    }),
  "on-failure": oneOf(["abort", "hold"])
    .optional()
    .meta({
      description: "What comes of a step that failed, and of the deadline. Default abort.",
      examples: ["abort"],
    }),
  deadline: z
    .string({ error: durationRule("24h", "hours or days") })
    .regex(/^[1-9][0-9]{0,2}[hd]$/, { error: durationRule("24h", "hours or days") })
    .optional()
    .meta({
      description:
        "How long after its start the canary must have ended; after that the next run or sweep aborts it. Default 24h.",
      examples: ["24h"],
    }),
  work: oneOf(["step", "all"])
    .optional()
    .meta({
      description: "step: each run judges one step. all: one run takes all steps, and waits in between. Default step.",
      examples: ["step"],
    }),
  "use-stage-cache": z
    .boolean({ error: "true or false" })
    .optional()
    .meta({ description: "Whether the canary uses the stage's cache. Default false.", examples: [false] }),
};

export const canarySchema = z
  .strictObject(shape, { error: `a map of ${Object.keys(shape).join(", ")}` })
  .optional()
  .meta({ description: "How a canary of the stage goes on, and what ends it. See docs/canary.md." });
