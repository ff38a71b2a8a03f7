// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are expressions of Terraform.
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { pushEvent } from "../../simulator/github/events.ts";
import { startRun } from "../../simulator/github/jobs.ts";
import { subjectOf } from "../../simulator/github/oidc.ts";
import { createRepository } from "../../simulator/github/people.ts";
import { createGitHubWorld } from "../../simulator/github/world.ts";
import { readProjectFile } from "../project-files.ts";
import { stackOf } from "./cloudformation.ts";
import { parameters, policiesOfRole, type RoleName, roleTemplate, statementsOfRole } from "./setup-templates.ts";

/** setup/role.yml and setup/role.tf: who may take the roles, and that both say the same. What they allow: iam-policy. */

const terraform = await readProjectFile("setup/role.tf");

type Trust = {
  readonly Statement: readonly {
    readonly Condition: { readonly StringEquals: Readonly<Record<string, string | readonly string[]>> };
  }[];
};

const subjectsOf = (role: RoleName, given: Readonly<Record<string, string>>): readonly string[] => {
  const { AssumeRolePolicyDocument } = stackOf(roleTemplate, given).resources[role]?.Properties ?? {};
  return (AssumeRolePolicyDocument as Trust).Statement.flatMap(
    ({ Condition }) => Condition.StringEquals["token.actions.githubusercontent.com:sub"] ?? [],
  );
};

const world = createGitHubWorld();
const orders = createRepository(world, "acme/orders");
const immutable = { ...orders, immutableSubject: true };
const ids = { ImmutableRepository: `acme@${orders.owner.id}/orders@${orders.id}` };

/** The subject of a job on an event, in an environment or in none. */
const subject = (repository: typeof orders, event: string, environment?: string, branch = "main"): string => {
  const { sha, actor } = pushEvent(orders, "main", "alice");
  const ref = event === "pull_request" ? "refs/pull/1/merge" : `refs/heads/${branch}`;
  const run = startRun(world, { repository: "acme/orders", event, sha, ref, workflow: "Deploy", actor });
  return subjectOf(repository, run, environment);
};

describe.each([
  ["by name", orders, {}],
  ["with immutable ids", immutable, ids],
])("who may take a role, %s", (_, repository, more) => {
  const given = { ...parameters, ...more };
  const jobs = {
    "a pull request": subject(repository, "pull_request"),
    "a sweep on main": subject(repository, "schedule"),
    "another branch": subject(repository, "push", undefined, "feature"),
    production: subject(repository, "push", "production"),
    test: subject(repository, "push", "test"),
  };
  const whoMayTake = (role: RoleName, parameters = given): readonly string[] =>
    Object.entries(jobs).flatMap(([job, sub]) => (subjectsOf(role, parameters).includes(sub) ? [job] : []));

  test("previews: pull requests and the default branch", () => {
    expect(whoMayTake("PreviewRole")).toEqual(["a pull request", "a sweep on main"]);
  });

  test("production: jobs in the environment, and nobody else", () => {
    expect(whoMayTake("ProductionRole")).toEqual(["production"]);
  });

  test("plans: the default branch, and pull requests where that is asked for", () => {
    expect(whoMayTake("ReaderRole")).toEqual(["a sweep on main"]);
    const asked = { ...given, ReaderOnPullRequests: "true" };
    expect(whoMayTake("ReaderRole", asked)).toEqual(["a pull request", "a sweep on main"]);
  });
});

test("without ids, nothing is trusted that has ids, and no wildcard is in any subject", () => {
  const subjects = (["PreviewRole", "ProductionRole", "ReaderRole"] as const).flatMap((role) =>
    subjectsOf(role, { ...parameters, ReaderOnPullRequests: "true" }),
  );
  expect(subjects.filter((one) => /[@*?]/.test(one))).toEqual([]);
});

describe("what a stack has", () => {
  const namesIn = (given: Readonly<Record<string, string>>): readonly string[] =>
    Object.keys(stackOf(roleTemplate, { Repository: "acme/orders", ...given }).resources);

  test("roles for the APIs that are named, and the provider unless it is there", () => {
    const there = { OidcProviderArn: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" };
    expect(namesIn({})).toEqual(["Provider"]);
    expect(namesIn(there)).toEqual([]);
    expect(namesIn({ ...there, PreviewRestApiIds: "a1,b2" })).toEqual([
      "PreviewRole",
      "PreviewAccountPolicy",
      "PreviewPolicya1",
      "PreviewPolicyb2",
    ]);
    expect(namesIn({ ...there, PreviewHttpApiIds: "d4" })).toEqual([
      "PreviewRole",
      "PreviewAccountPolicy",
      "PreviewHttpPolicyd4",
    ]);
    expect(namesIn({ ...there, RestApiIds: "c3" })).toEqual([
      "ProductionRole",
      "ProductionAccountPolicy",
      "ProductionPolicyc3",
    ]);
  });

  test("the commands that set the variables of the workflows", () => {
    const { OidcProviderArn, ...commands } = stackOf(roleTemplate, parameters).outputs;
    expect(OidcProviderArn).toBe("Provider");
    expect(Object.values(commands)).toEqual([
      "gh variable set AWS_ROLE_ARN --repo acme/orders --body PreviewRole.Arn",
      "gh variable set AWS_ROLE_ARN --repo acme/orders --env production --body ProductionRole.Arn",
      "gh variable set AWS_READER_ROLE_ARN --repo acme/orders --body ReaderRole.Arn",
    ]);
  });

  test("only what the features ask for", () => {
    const sids = (features: Readonly<Record<string, string>>): readonly string[] =>
      statementsOfRole("ProductionRole", { Repository: "acme/orders", RestApiIds: "c3", ...features }).map(
        ({ Sid }) => Sid,
      );
    const least = [
      "TagNewStages",
      "ReadStageQuota",
      "ReadTheApi",
      "MakeDeploymentsAndStages",
      "PointStages",
      "CheckReadiness",
    ];
    expect(sids({ Definition: "false" })).toEqual(least);
    expect(sids({})).toEqual([...least, "ImportDefinitions"]);
  });
});

test.each([
  ["PreviewRole", /\/stages\/pr-\*(?:\/|$)/],
  ["ProductionRole", /\/stages\/prod(?:-next)?(?:\/|$)/],
] as const)("%s reaches no other stage and no other API", (role, named) => {
  const writes = statementsOfRole(role).filter(({ Action }) => !String(Action).includes("GET"));
  const resources = writes.flatMap(({ Resource }) => Resource).filter((one) => /\/(?:rest)?apis\//.test(one));
  expect(resources.every((one) => /\/(?:rest)?apis\/a1b2c3d4e5/.test(one))).toBe(true);
  const stages = resources.filter((one) => one.includes("/stages/"));
  expect(stages.length).toBeGreaterThan(4);
  expect(stages.filter((one) => !named.test(one))).toEqual([]);
});

test("the role for plans writes nothing", () => {
  const verbs = new Set(statementsOfRole("ReaderRole").flatMap(({ Action }) => [Action].flat()));
  expect(
    [...verbs].filter((action) => !/:(?:GET|Get\w+|List\w+|Describe\w+|LookupEvents|StartQuery)$/.test(action)),
  ).toEqual([]);
});

test("as many APIs as the parameters promise fit, with all features", () => {
  const list = (from: number): string => Array.from({ length: 4 }, (_, index) => `a1b2c3d4e${from + index}`).join(",");
  const [rest, http] = [list(0), list(4)];
  const given = {
    ...parameters,
    ...{ PreviewRestApiIds: rest, RestApiIds: rest, PreviewHttpApiIds: http, HttpApiIds: http },
  };
  for (const role of ["PreviewRole", "ProductionRole", "ReaderRole"] as const) {
    const policies = policiesOfRole(role, given);
    // Policies of a role, and characters without white space of each ("IAM and AWS STS quotas", IAM User Guide).
    expect(policies.length).toBeLessThanOrEqual(10);
    const document = { Version: "2012-10-17", Statement: [] };
    for (const Statement of policies) {
      expect(Statement.length).toBeGreaterThan(0);
      expect(JSON.stringify({ ...document, Statement }).length).toBeLessThanOrEqual(6144);
    }
  }
});

describe("setup/role.tf", () => {
  type Found = {
    readonly roles: readonly string[];
    readonly sid: string;
    readonly action: readonly string[];
    readonly resource: readonly string[];
    readonly condition: object;
  };

  /** The statements in the generated lines, which are JSON but for the names of their members. */
  const statements: readonly Found[] = JSON.parse(
    `[${(/# begin statements\n([\s\S]*?)# end statements/.exec(terraform)?.[1] ?? "")
      .replaceAll(/^ *(\w+) *= /gm, '"$1": ')
      .replaceAll(/(?<=[\]}"])\n(?= *")/g, ",\n")
      .replaceAll(/,(?=\s*(?:[\]}]|$))/g, "")}]`,
  );

  const filledIn = (resource: string): string =>
    resource
      .replace("{api}", "a1b2c3d4e5")
      .replace("${local.partition}", "aws")
      .replace("${local.region}", "eu-central-1")
      .replace("${local.account}", "123456789012")
      .replace("${var.preview_domain}", parameters.PreviewDomain)
      .replace("${var.preview_names}", "pr-*")
      .replace("${var.stage_names}", parameters.StageNames)
      .replace("${var.usage_plan_id}", parameters.UsagePlanId)
      .replace("${var.web_acl_name_and_id}", parameters.WebAclNameAndId);

  const withBand = (condition: object): object =>
    JSON.parse(
      JSON.stringify(condition)
        .replaceAll("${var.preview_priority.from}", "1000")
        .replaceAll("${var.preview_priority.to}", "1999"),
    );

  test.each([
    ["previews", "PreviewRole"],
    ["production", "ProductionRole"],
    ["reader", "ReaderRole"],
  ] as const)("allows what setup/role.yml allows: %s", (name, role) => {
    const inTerraform = statements
      .filter(({ roles }) => roles.includes(name))
      .map(({ sid, action, resource, condition }) => [
        sid,
        { action, resource: resource.map(filledIn), condition: withBand(condition) },
      ]);
    const inCloudFormation = statementsOfRole(role).map(({ Sid, Action, Resource, Condition = {} }) => [
      Sid,
      { action: [Action].flat(), resource: [Resource].flat(), condition: Condition },
    ]);
    expect(inTerraform.length).toBeGreaterThan(1);
    expect(Object.fromEntries(inTerraform)).toEqual(Object.fromEntries(inCloudFormation));
    expect(inTerraform).toHaveLength(inCloudFormation.length);
  });

  test("takes what setup/role.yml takes, and neither an id nor a name that takes its fence away", () => {
    const { Parameters } = parse(roleTemplate, { logLevel: "silent" }) as {
      Parameters: Readonly<Record<string, { AllowedPattern?: string; AllowedValues?: readonly string[] }>>;
    };
    for (const [name, { AllowedPattern, AllowedValues }] of Object.entries(Parameters)) {
      if (AllowedPattern === undefined) {
        if (AllowedValues === undefined) expect(name).toMatch(/^(?:OidcProviderArn|PreviewPriority)/);
        continue;
      }
      const variable = name.replaceAll(/(?<=.)(?=[A-Z])/g, "_").toLowerCase();
      const declared = terraform.split(`variable "${variable}" {`)[1]?.split(/^\}/m)[0];
      expect([name, declared]).toEqual([name, expect.stringContaining(`regex("${AllowedPattern}"`)]);
      expect([name, new RegExp(AllowedPattern).test("*")]).toEqual([name, name === "StageNames"]);
    }
  });

  test("trusts whom setup/role.yml trusts", () => {
    expect(terraform).toContain('on_branch    = "ref:refs/heads/${var.default_branch}"');
    expect(terraform).toContain('previews   = ["pull_request", local.on_branch]');
    expect(terraform).toContain('production = ["environment:${var.environment}"]');
    expect(terraform).toContain(
      'reader     = concat([local.on_branch], var.reader_on_pull_requests ? ["pull_request"] : [])',
    );
  });

  test("names nothing that it does not declare, and declares nothing that it does not use", () => {
    const declared = [
      ...[...terraform.matchAll(/^variable "(\w+)"/gm)].map(([, name]) => `var.${name}`),
      ...[...terraform.matchAll(/^data "(\w+)" "(\w+)"/gm)].map(([, type, name]) => `data.${type}.${name}`),
      ...[...(/^locals \{\n([\s\S]*?)^\}/m.exec(terraform)?.[1] ?? "").matchAll(/^ {2}(\w+) *=/gm)].map(
        ([, name]) => `local.${name}`,
      ),
      ...[...terraform.matchAll(/^resource "(\w+)" "(\w+)"/gm)].map(([, type, name]) => `${type}.${name}`),
    ];
    const used = terraform.matchAll(/\b(?:(?:var|local)\.\w+|data\.aws_\w+\.\w+|(?<!data\.)aws_\w+\.\w+)/g);
    // A role's policies are attached by what is named by nobody.
    expect(new Set([...used].map(([name]) => name))).toEqual(
      new Set(declared.filter((name) => name !== "aws_iam_role_policy_attachment.this")),
    );
  });
});

test("docs/setup.md names every parameter of both files", async () => {
  const page = await readProjectFile("docs/setup.md");
  const { Parameters } = parse(roleTemplate, { logLevel: "silent" }) as { Parameters: object };
  const variables = [...terraform.matchAll(/^variable "(\w+)"/gm)].map(([, name = ""]) => name);
  const missing = [...Object.keys(Parameters), ...variables].filter((name) => !page.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});
