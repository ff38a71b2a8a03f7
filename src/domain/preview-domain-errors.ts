/** The part of the error register that is about previews on a custom domain. */
export const previewDomainErrors = {
  PREVIEW_DOMAIN_UNKNOWN: {
    kind: "config",
    summary: "The custom domain that `preview-domain` names does not exist in this account and Region.",
    remedy: "Correct `preview-domain`, or leave it out. See docs/preview-domain.md.",
  },
  PREVIEW_DOMAIN_REFUSED: {
    kind: "refused",
    summary: "A routing rule for the preview cannot be made on the custom domain, or would take requests of others.",
    remedy: "See docs/preview-domain.md.",
  },
  ROUTING_RULE_QUOTA: {
    kind: "quota",
    summary: "The custom domain has no room for another routing rule, or `preview-priority` has no free priority left.",
    remedy:
      "Run `command: sweep` with `preview-domain`, or delete a rule that nobody needs. See docs/preview-domain.md.",
  },
  ROUTING_RULE_RACED: {
    kind: "conflict",
    summary: "Others kept taking the priorities that a routing rule was to have.",
    remedy: "Run the job again. If it stays so, look who makes rules in the band of `preview-priority`.",
  },
} as const;
