/** The part of the error register that is about what a stage is attached to from outside its REST API. */
export const attachmentErrors = {
  UNKNOWN_USAGE_PLAN: {
    kind: "conflict",
    summary: "A usage plan that the stage was to join was deleted while the run was at work.",
    remedy: "Correct `usage-plans` in the settings and run the job again. See docs/usage-plans.md.",
  },
  USAGE_PLAN_REFUSED: {
    kind: "refused",
    summary: "API Gateway did not let a stage join or leave a usage plan.",
    remedy:
      "Read what API Gateway says above, correct the plan or `usage-plans`, and run the job again: it goes on with what is left. See docs/usage-plans.md.",
  },
} as const;
