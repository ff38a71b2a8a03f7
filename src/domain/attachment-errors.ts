import { previewDomainErrors } from "./preview-domain-errors.ts";

/** The part of the error register that is about what a stage is attached to from outside its API. */
export const attachmentErrors = {
  ...previewDomainErrors,
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
  WEB_ACL_REFUSED: {
    kind: "refused",
    summary: "AWS WAF did not associate the web ACL with the stage, or does not know one of them.",
    remedy:
      "Read what AWS WAF says above: `web-acl` must name a web ACL that exists in this account and Region. Correct it and run the job again, which associates it. Until then the stage is open without it: delete the stage if it must not be. See docs/web-acl.md.",
  },
} as const;
