import { isoTime } from "../iso-time.ts";
import type { Environment, ProtectionRule } from "../model.ts";
import { nodeId } from "../node-id.ts";
import { userBody } from "./account-bodies.ts";
import { notFound } from "./api-error.ts";
import { type Answer, ok, type RepositoryCall, type Route, read } from "./call.ts";
import { pageOf } from "./paging.ts";
import { repositoryPage, repositoryUrl } from "./repository.ts";
import type { EnvironmentBody } from "./wire.ts";

/** What an environment is called by where it is only mentioned. */
export const environmentReference = (call: RepositoryCall, environment: Environment) => {
  const name = encodeURIComponent(environment.name);
  return {
    id: environment.id,
    node_id: nodeId("Environment", environment.id),
    name: environment.name,
    url: `${repositoryUrl(call, call.repository)}/environments/${name}`,
    html_url: `${repositoryPage(call, call.repository)}/deployments/activity_log?environments_filter=${name}`,
  };
};

const environmentBody = (call: RepositoryCall, environment: Environment): EnvironmentBody => ({
  ...environmentReference(call, environment),
  created_at: isoTime(environment.createdAt),
  updated_at: isoTime(environment.updatedAt),
  protection_rules: environment.rules.map((rule) => ruleBody(call, rule)),
  deployment_branch_policy: environment.branchPolicy && {
    protected_branches: environment.branchPolicy === "protected",
    custom_branch_policies: environment.branchPolicy !== "protected",
  },
});

const ruleBody = (
  call: RepositoryCall,
  rule: ProtectionRule,
): NonNullable<EnvironmentBody["protection_rules"]>[number] => {
  const common = { id: rule.id, node_id: nodeId("GateRule", rule.id), type: rule.type };
  if (rule.type === "wait_timer") return { ...common, wait_timer: rule.minutes };
  if (rule.type === "branch_policy") return common;
  return {
    ...common,
    prevent_self_review: rule.preventSelfReview,
    reviewers: rule.reviewers.map((account) => ({ type: "User", reviewer: userBody(call, account) })),
  };
};

const environmentAt = (call: RepositoryCall): Environment => {
  const environment = call.repository.environments.get((call.path["environment_name"] ?? "").toLowerCase());
  if (!environment) throw notFound();
  return environment;
};

const listEnvironments = (call: RepositoryCall): Answer => {
  const all = [...call.repository.environments.values()];
  const page = pageOf(call, all);
  return ok(
    { total_count: all.length, environments: page.items.map((environment) => environmentBody(call, environment)) },
    page.headers,
  );
};

const listCustomRules = (call: RepositoryCall): Answer => {
  const rules = environmentAt(call).customRules.map((app) => ({
    id: app.id,
    node_id: nodeId("GateRule", app.id),
    enabled: true,
    app: {
      id: app.id,
      slug: app.slug,
      integration_url: `${call.apiUrl}/apps/${app.slug}`,
      node_id: nodeId("App", app.id),
    },
  }));
  return ok({ total_count: rules.length, custom_deployment_protection_rules: rules });
};

const base = "/repos/{owner}/{repo}/environments";

export const environmentRoutes: readonly Route[] = [
  {
    method: "GET",
    template: base,
    docs: "deployments/environments#list-environments",
    needs: read("actions"),
    answer: listEnvironments,
  },
  {
    method: "GET",
    template: `${base}/{environment_name}`,
    docs: "deployments/environments#get-an-environment",
    needs: read("actions"),
    answer: (call) => ok(environmentBody(call, environmentAt(call))),
  },
  {
    method: "GET",
    template: `${base}/{environment_name}/deployment_protection_rules`,
    docs: "deployments/protection-rules#get-all-deployment-protection-rules-for-an-environment",
    needs: read("actions"),
    answer: listCustomRules,
  },
];
