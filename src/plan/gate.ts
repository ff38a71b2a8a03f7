import type { GateEvidence, GateMode, JobEnvironment, Protection, ProtectionRule } from "../domain/gate.ts";
/**
 * The gate: whether this job runs behind the protected environment that it deploys to. GitHub keeps a job from starting
 * until its environment's rules are met; what the action can do is to insist on being such a job. Records of deployments
 * prove nothing here: any token with `deployments: write` can make them.
 */

/** What the message needs to say how the gate is set up. */
export type GateSetting = {
  readonly mode: GateMode;
  readonly environment: string;
  readonly stageName: string;
  /** The page of the repository, `https://github.com/acme/orders`. */
  readonly repositoryUrl: string;
  readonly repository: { readonly owner: string; readonly name: string; readonly id: string };
  /** Empty where it is not known. */
  readonly ownerId: string;
};

export type GateVerdict =
  | { readonly kind: "ok"; readonly proof: string | undefined }
  | { readonly kind: "warning"; readonly text: string }
  | {
      readonly kind: "refusal";
      readonly refused: "GATE_NOT_PROVEN";
      readonly happened: string;
      readonly remedy: string;
    };

/** Something that is missing from the proof, and what to do about it. */
type Gap = { readonly missing: string; readonly remedy: string };

/** Judges by what is there: what cannot be read is not proven. Names of environments have no case (GitHub docs). */
export const judgeGate = (setting: GateSetting, evidence: GateEvidence): GateVerdict => {
  if (setting.mode === "off") return { kind: "ok", proof: undefined };
  const gaps = [jobGap(setting, evidence.job), protectionGap(setting, evidence.protection)].filter(
    (gap) => gap !== undefined,
  );
  if (gaps.length === 0) return { kind: "ok", proof: proofOf(setting, evidence) };
  const missing = gaps.map((gap) => `  - ${gap.missing}`);
  const remedy = [...new Set(gaps.map((gap) => gap.remedy))].join("\n");
  const { environment, stageName } = setting;
  if (setting.mode === "warn") {
    const head = `It is not proven that this job went through a gate before it changes stage ${stageName} (environment ${environment}):`;
    return {
      kind: "warning",
      text: [head, ...missing, remedy, "`gate: require` makes this an error, `gate: off` silences it."].join("\n"),
    };
  }
  const head = `\`gate: require\` lets only a job behind the protected environment ${environment} change stage ${stageName}, and that is not proven:`;
  return { kind: "refusal", refused: "GATE_NOT_PROVEN", happened: [head, ...missing].join("\n"), remedy };
};

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const AGAIN = "Run the job again.";

const jobGap = (setting: GateSetting, job: JobEnvironment): Gap | undefined => {
  const { environment } = setting;
  switch (job.kind) {
    case "named":
      return sameName(job.name, environment)
        ? undefined
        : {
            missing: `The job runs in environment ${job.name}, but deploys to ${environment}.`,
            remedy: `Let the job name the environment that it deploys to, or correct the input environment.\n${howToName(setting)}`,
          };
    case "none":
      return { missing: "The job names no environment.", remedy: howToName(setting) };
    case "unknown":
      return {
        missing: `It cannot be seen which environment the job names. ${job.because.join(" ")}`,
        remedy: job.refused
          ? `${howToName(setting)}\nLet the action see it: permissions: checks: read (the job's own GitHub deployment), or id-token: write where \`deployment: false\` is used.`
          : AGAIN,
      };
  }
};

/** The job's YAML, and the trust policy: without it, another job could take the role and pass the gate by. */
const howToName = ({ environment, repository: { owner, name, id }, ownerId }: GateSetting): string =>
  [
    "Name the environment in the job:",
    `  environment: { name: ${JSON.stringify(environment)}, url: "\${{ steps.apigw.outputs.invoke-url }}" }`,
    "Let the AWS role trust only jobs in it. The condition on token.actions.githubusercontent.com:sub is one of",
    `  "repo:${owner}/${name}:environment:${claimed(environment)}"`,
    `  "repo:${owner}@${ownerId || "OWNER_ID"}/${name}@${id || "REPOSITORY_ID"}:environment:${claimed(environment)}" (immutable subjects: repositories made, renamed or transferred after 2026-07-15, and those that chose them)`,
  ].join("\n");

/** Colons in names are escaped in the subject (GitHub docs, "OpenID Connect reference"). */
const claimed = (environment: string): string => environment.replaceAll(":", "%3A");

const protectionGap = (setting: GateSetting, protection: Protection): Gap | undefined => {
  const { environment, repositoryUrl } = setting;
  const where = `${repositoryUrl}/settings/environments`;
  if (protection.kind === "unknown") {
    return {
      missing: `The rules of environment ${environment} cannot be read. ${protection.because}`,
      remedy: protection.refused
        ? `Check that ${where} lists ${environment}, and give the job permissions: actions: read.`
        : AGAIN,
    };
  }
  if (protection.rules.length > 0) return undefined;
  return {
    missing: `Environment ${environment} has no protection rule: any job that names it runs at once. (GitHub makes an environment without rules for every name that a workflow mentions, a misspelt one too.)`,
    remedy: `Add required reviewers, a wait timer or deployment branches: ${where}`,
  };
};

const RULE_NAMES: Readonly<Record<ProtectionRule, string>> = {
  "required-reviewers": "required reviewers",
  "wait-timer": "a wait timer",
  "branch-policy": "deployment branches",
  custom: "a custom rule",
};

const proofOf = ({ environment }: GateSetting, { job, protection, approvedBy }: GateEvidence): string => {
  const evidence =
    job.kind === "named" && job.evidence === "oidc-claim" ? "its OpenID Connect token" : "its own GitHub deployment";
  const rules = protection.kind === "known" ? protection.rules.map((rule) => RULE_NAMES[rule]).join(", ") : "";
  const approved = approvedBy.length === 0 ? "" : ` Approved by ${approvedBy.join(", ")}.`;
  return `The job runs in environment ${environment} (${evidence} says so), which is protected by ${rules}.${approved}`;
};
