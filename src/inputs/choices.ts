/** The values of the inputs that are a choice. */
export const CHOICES = {
  compare: ["served", "exact"],
  gate: ["off", "warn", "require"],
  "github-deployment": ["auto", "always", "never"],
  "import-mode": ["overwrite", "merge"],
  "on-limit": ["fail", "skip", "evict-oldest"],
  "on-not-proven": ["warn", "fail"],
} as const;
