import { describe, expect, test } from "@jest/globals";
import type { GateEvidence, GateMode } from "../../src/domain/gate.ts";
import { type GateSetting, judgeGate } from "../../src/plan/gate.ts";

const setting = (fields: Partial<GateSetting> = {}): GateSetting => ({
  mode: "require",
  environment: "production",
  stageName: "prod",
  repositoryUrl: "https://github.com/acme/orders",
  repository: { owner: "acme", name: "orders", id: "456" },
  ownerId: "123",
  ...fields,
});

const behindGate: GateEvidence = {
  job: { kind: "named", name: "production", evidence: "github-deployment" },
  protection: { kind: "known", rules: ["required-reviewers"] },
  approvedBy: [],
};

const incomplete: readonly [string, Partial<GateEvidence>, RegExp, RegExp][] = [
  [
    "a job in another environment",
    { job: { kind: "named", name: "test", evidence: "github-deployment" } },
    /The job runs in environment test, but deploys to production\./,
    /environment: \{ name: "production"/,
  ],
  [
    "a job without environment",
    { job: { kind: "none" } },
    /The job names no environment\./,
    /environment: \{ name: "production"/,
  ],
  [
    "a job of which nothing can be seen",
    { job: { kind: "unknown", because: ["One way is closed.", "The other one too."], refused: true } },
    /cannot be seen.*One way is closed\. The other one too\./,
    /checks: read.*id-token: write/,
  ],
  [
    "a job of which GitHub told nothing",
    { job: { kind: "unknown", because: ["GitHub answered 500."], refused: false } },
    /cannot be seen.*GitHub answered 500\./,
    /^Run the job again\.$/m,
  ],
  [
    "an environment without rules",
    { protection: { kind: "known", rules: [] } },
    /has no protection rule/,
    /https:\/\/github\.com\/acme\/orders\/settings\/environments/,
  ],
  [
    "an environment that cannot be read",
    { protection: { kind: "unknown", because: "GitHub answered 403.", refused: true } },
    /cannot be read\. GitHub answered 403\./,
    /actions: read/,
  ],
  [
    "an environment of which GitHub told nothing",
    { protection: { kind: "unknown", because: "GitHub could not be reached.", refused: false } },
    /cannot be read\. GitHub could not be reached\./,
    /^Run the job again\.$/m,
  ],
];

describe("a job behind its gate", () => {
  test.each<GateMode>(["off", "warn", "require"])("may go on with gate %s", (mode) => {
    expect(judgeGate(setting({ mode }), behindGate)).toMatchObject({ kind: "ok" });
  });

  test("hears what proves it, and who approved", () => {
    expect(judgeGate(setting(), { ...behindGate, approvedBy: ["grace", "ada"] })).toEqual({
      kind: "ok",
      proof:
        "The job runs in environment production (its own GitHub deployment says so), which is protected by required reviewers. Approved by grace, ada.",
    });
  });

  test("may be proven by the token, by any rule, and whatever the case of the name", () => {
    const job = { kind: "named", name: "Production", evidence: "oidc-claim" } as const;
    expect(
      judgeGate(setting(), {
        ...behindGate,
        job,
        protection: { kind: "known", rules: ["wait-timer", "branch-policy", "custom"] },
      }),
    ).toEqual({
      kind: "ok",
      proof:
        "The job runs in environment production (its OpenID Connect token says so), which is protected by a wait timer, deployment branches, a custom rule.",
    });
  });
});

describe.each(incomplete)("%s", (_case, evidence, missing, remedy) => {
  const found = { ...behindGate, ...evidence };
  test("is refused where the gate is required, with what is missing and how to set it up", () => {
    const verdict = judgeGate(setting(), found);
    expect(verdict).toEqual({
      kind: "refusal",
      refused: "GATE_NOT_PROVEN",
      happened: expect.stringMatching(missing),
      remedy: expect.stringMatching(remedy),
    });
  });

  test("is a warning with the same words where it is not", () => {
    const verdict = judgeGate(setting({ mode: "warn" }), found);
    expect(verdict).toEqual({ kind: "warning", text: expect.stringMatching(missing) });
    expect(verdict).toEqual({ kind: "warning", text: expect.stringMatching(remedy) });
  });

  test("is let alone with gate off", () => {
    expect(judgeGate(setting({ mode: "off" }), found)).toEqual({ kind: "ok", proof: undefined });
  });
});

test("what GitHub failed to tell is no matter of permissions, and running again is said once", () => {
  const job = { kind: "unknown", because: ["GitHub answered 500."], refused: false } as const;
  const protection = { kind: "unknown", because: "GitHub answered 500.", refused: false } as const;
  expect(judgeGate(setting(), { ...behindGate, job, protection })).toMatchObject({ remedy: "Run the job again." });
});

test("everything that is missing is named at once", () => {
  const verdict = judgeGate(setting(), {
    job: { kind: "none" },
    protection: { kind: "known", rules: [] },
    approvedBy: ["eve"],
  });
  expect(verdict).toMatchObject({ kind: "refusal" });
  expect(JSON.stringify(verdict)).toMatch(/names no environment.*no protection rule/);
});

test("the trust policy line has both forms of the subject, colons escaped", () => {
  const verdict = judgeGate(setting({ environment: "prod:eu" }), { ...behindGate, job: { kind: "none" } });
  expect(verdict).toMatchObject({
    remedy: expect.stringMatching(
      /"repo:acme\/orders:environment:prod%3Aeu"\n {2}"repo:acme@123\/orders@456:environment:prod%3Aeu"/,
    ),
  });
  const unknownIds = setting({ ownerId: "", repository: { owner: "acme", name: "orders", id: "" } });
  expect(judgeGate(unknownIds, { ...behindGate, job: { kind: "none" } })).toMatchObject({
    remedy: expect.stringContaining("repo:acme@OWNER_ID/orders@REPOSITORY_ID:environment:production"),
  });
});
