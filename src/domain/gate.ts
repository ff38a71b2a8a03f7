export type GateMode = "off" | "warn" | "require";

/** The environment that the job itself names. */
export type JobEnvironment =
  | { readonly kind: "named"; readonly name: string; readonly evidence: "github-deployment" | "oidc-claim" }
  /** Proven by an OpenID Connect token without the claim. */
  | { readonly kind: "none" }
  /** `because`: sentences, one for each way that did not lead to an answer. `refused`: as for the protection. */
  | { readonly kind: "unknown"; readonly because: readonly string[]; readonly refused: boolean };

export type ProtectionRule = "required-reviewers" | "wait-timer" | "branch-policy" | "custom";

/** How the wanted environment is protected. */
export type Protection =
  | { readonly kind: "known"; readonly rules: readonly ProtectionRule[] }
  /** `refused`: by GitHub, to this token; else nobody knows, and asking again may help. */
  | { readonly kind: "unknown"; readonly because: string; readonly refused: boolean };

export type GateEvidence = {
  readonly job: JobEnvironment;
  readonly protection: Protection;
  /** Logins of those who approved this run's deployment to the environment; empty too where that cannot be read. */
  readonly approvedBy: readonly string[];
};

/** What the runner's OpenID Connect provider says about this job. */
export type JobClaims =
  /** `environment`: the one that the job names, `undefined` when it names none. */
  | { readonly kind: "known"; readonly environment: string | undefined }
  /** The job has no `id-token: write`, so the runner offers no token. */
  | { readonly kind: "not-offered" }
  | { readonly kind: "failed"; readonly because: string };
