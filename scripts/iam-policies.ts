/**
 * What the action asks of IAM, by feature: the one table that the documentation is made from. Actions and resources are
 * those of the Service Authorization Reference ("Amazon API Gateway Management", "… Management V2", "Amazon CloudWatch",
 * "… CloudWatch Logs", "AWS WAF V2", "Service Quotas").
 */

/**
 * `{partition}`, `{region}`, `{account}`, `{api}` (the REST API's id), `{stages}` (those that a role may point),
 * `{previews}` (`pr-*`), `{plan}` (a usage plan's id), `{domain}` (a custom domain's name), `{acl}` (a web ACL's name and id)
 * and, in conditions, `{from}` and `{to}` (the priorities of the previews' rules) are filled in.
 */
export type Statement = {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: Condition;
};

/** Operator, condition key, value. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Feature = {
  readonly id: string;
  /** The heading, and what it is for in a sentence. */
  readonly title: string;
  readonly purpose: string;
  readonly statements: readonly Statement[];
};

/**
 * A deployment that names no stage moves none. Without this, whoever may make deployments may point any stage, whatever
 * `PointStages` says. The key is there in no other request, and absent where no stage is named.
 */
const NAMES_NO_STAGE: Condition = { Null: { "apigateway:Request/StageName": "true" } };

const API = "arn:{partition}:apigateway:{region}::/restapis/{api}";
const HTTP_API = "arn:{partition}:apigateway:{region}::/apis/{api}";
const BESIDE = "arn:{partition}:apigateway:{region}::";

/** Rules have named actions on an ARN with an account, unlike all others (Developer Guide, "Routing rules: permissions"). */
const RULES = "arn:{partition}:apigateway:{region}:{account}:/domainnames/{domain}/routingrules/*";

/** Of the rule in the request, or of the one that is there (Service Authorization Reference, condition keys). */
const priorityWithinBand = (of: "Request" | "Resource"): Condition => ({
  NumericGreaterThanEquals: { [`apigateway:${of}/Priority`]: "{from}" },
  NumericLessThanEquals: { [`apigateway:${of}/Priority`]: "{to}" },
});

export const features: readonly Feature[] = [
  {
    id: "deploy",
    title: "Deploy, promote, roll back",
    purpose:
      "Every command needs `ReadTheApi`. A run with `deployment-id` that only points an existing stage needs `PointStages` beside it. To keep a role to previews, end the resource of `PointStages` in `/stages/pr-*`, to keep it to one stage in `/stages/prod`. [What cannot be kept](setup.md#what-iam-cannot-fence) to a stage is to create stages, and tags.",
    statements: [
      {
        sid: "ReadTheApi",
        actions: ["apigateway:GET"],
        resources: [API, `${API}/stages`, `${API}/stages/*`, `${API}/deployments`, `${API}/deployments/*`],
      },
      {
        sid: "MakeDeploymentsAndStages",
        actions: ["apigateway:POST"],
        resources: [`${API}/deployments`, `${API}/stages`],
        condition: NAMES_NO_STAGE,
      },
      { sid: "TagNewStages", actions: ["apigateway:PUT"], resources: [`${BESIDE}/tags/*`] },
      { sid: "PointStages", actions: ["apigateway:PATCH"], resources: [`${API}/stages/{stages}`] },
    ],
  },
  {
    id: "definition",
    title: "Import a definition",
    purpose: "For `definition`.",
    statements: [{ sid: "ImportDefinitions", actions: ["apigateway:PUT"], resources: [API] }],
  },
  {
    id: "previews",
    title: "Delete previews",
    purpose:
      "For `delete` and `sweep`, for pull requests that are closed, and for `on-limit: evict-oldest`. Change `pr-*` when your previews have another name. Usage plans, custom domains and routing rules that name a stage keep it; what the role may not see of them, the run names in a warning, and deletes.",
    statements: [
      {
        sid: "DeletePreviews",
        actions: ["apigateway:DELETE"],
        resources: [`${API}/stages/{previews}`, `${API}/deployments/*`],
      },
      {
        sid: "SeeWhatNamesPreviews",
        actions: ["apigateway:GET"],
        resources: [`${BESIDE}/usageplans`, `${BESIDE}/domainnames`, `${BESIDE}/domainnames/*/basepathmappings`],
      },
      {
        // A named action on an ARN with an account, unlike all others (Developer Guide, "Routing rules: permissions").
        sid: "SeeRoutingRules",
        actions: ["apigateway:ListRoutingRules"],
        resources: ["arn:{partition}:apigateway:{region}:{account}:/domainnames/*/routingrules/*"],
      },
    ],
  },
  {
    id: "preview-domain",
    title: "Preview domain",
    purpose:
      "For `preview-domain`, beside `deploy` and `previews`. The role may make and delete rules of the priorities in `preview-priority` only, whatever they say: keep those of production outside. Change `api.example.com` and the numbers to yours. Of a private domain it is `private.example.com+ID`, with `basepathmappings` in place of `apimappings`. Without `/apis` it is not known whether the domain maps HTTP APIs, too, with a warning where it maps other APIs than this one.",
    statements: [
      {
        sid: "ReadThePreviewDomain",
        actions: ["apigateway:GET"],
        resources: [`${BESIDE}/domainnames/{domain}`, `${BESIDE}/domainnames/{domain}/apimappings`, `${BESIDE}/apis`],
      },
      { sid: "ListRulesOfTheDomain", actions: ["apigateway:ListRoutingRules"], resources: [RULES] },
      {
        sid: "MakePreviewRules",
        actions: ["apigateway:CreateRoutingRule"],
        resources: [RULES],
        condition: priorityWithinBand("Request"),
      },
      {
        sid: "DeletePreviewRules",
        actions: ["apigateway:DeleteRoutingRule"],
        resources: [RULES],
        condition: priorityWithinBand("Resource"),
      },
    ],
  },
  {
    id: "usage-plans",
    title: "Usage plans",
    purpose:
      "For `usage-plans` in the settings, beside `deploy`, and for the deletion of stages that joined. `PATCH` cannot be narrowed to stages: who has it may change the plan's limits, so name the previews' plan alone. Change `abc123` to its id. A stage that exists also needs `TagNewStages`.",
    statements: [
      {
        sid: "ReadThePlan",
        actions: ["apigateway:GET"],
        resources: [`${BESIDE}/usageplans/{plan}`],
      },
      {
        sid: "JoinAndLeavePlans",
        actions: ["apigateway:PATCH"],
        resources: [`${BESIDE}/usageplans/{plan}`],
      },
    ],
  },
  {
    id: "documentation",
    title: "Documentation versions",
    purpose:
      "For a `documentation-version` in the settings that is to be published, beside `deploy`. Without it every version is taken to exist, with a warning where the stage is to get another.",
    statements: [
      {
        sid: "ReadDocumentation",
        actions: ["apigateway:GET"],
        resources: [`${API}/documentation/versions/*`],
      },
      {
        sid: "PublishDocumentation",
        actions: ["apigateway:POST"],
        resources: [`${API}/documentation/versions`],
      },
    ],
  },
  {
    id: "web-acl",
    title: "Web ACL",
    purpose:
      "For `web-acl` in the settings, beside `deploy`. AWS WAF asks for its own action on the web ACL and on the stage, and for API Gateway's on the stage. Change `shop/0a1b2c3d-…` to the web ACL's name and id. A web ACL that another account shares needs `wafv2:GetPermissionPolicy` and `wafv2:PutPermissionPolicy`, too.",
    statements: [
      {
        sid: "AssociateWebAcl",
        actions: ["wafv2:AssociateWebACL"],
        resources: ["arn:{partition}:wafv2:{region}:{account}:regional/webacl/{acl}", `${API}/stages/{stages}`],
      },
      { sid: "SetWebAcl", actions: ["apigateway:SetWebACL"], resources: [`${API}/stages/{stages}`] },
    ],
  },
  {
    id: "settings",
    title: "Stage settings",
    purpose:
      "For `settings` and `settings-file`, beside `PointStages`. `ChangeTags` is for tags of stages that exist. Without `CheckSettings` routes, variables and the CloudWatch role are not checked before, with a warning where routes are declared.",
    statements: [
      { sid: "ChangeTags", actions: ["apigateway:PUT", "apigateway:DELETE"], resources: [`${BESIDE}/tags/*`] },
      { sid: "CheckSettings", actions: ["apigateway:GET"], resources: [`${API}/resources`, `${BESIDE}/account`] },
    ],
  },
  {
    id: "stage-quota",
    title: "The quota of stages",
    purpose:
      "Asked when API Gateway refuses a stage because there are too many, so that the error tells how many there may be, by `status`, and before a dark stage is made. Without it nobody tells a number.",
    statements: [
      {
        sid: "ReadStageQuota",
        actions: ["servicequotas:GetServiceQuota"],
        resources: ["arn:{partition}:servicequotas:{region}:{account}:apigateway/L-379E48B0"],
      },
    ],
  },
  {
    id: "dark-stage",
    title: "Dark stages",
    purpose:
      "For `dark-stage`, beside `deploy`. Change `prod-next` to the name of your stage with `-next` at its end. `ReadStageQuota` tells beforehand whether there is room; without it a run that finds none ends at the refused request, with nothing pointed. A stage with a web ACL needs `AssociateWebAcl` and `SetWebAcl` for its dark stage, too, and `usage-plans` with `smoke-test-api-key` `ReadThePlan` and `JoinAndLeavePlans`.",
    statements: [
      {
        sid: "SetUpAndRemoveDarkStages",
        actions: ["apigateway:PATCH", "apigateway:DELETE"],
        resources: [`${API}/stages/{dark}`],
      },
    ],
  },
  {
    id: "watch",
    title: "Watch a release",
    purpose:
      "For `alarms` and `bake-time`. Metrics know no resource but `*`, and composite alarms are shown to no other. `ReadAlarms` is not needed without `alarms`; without `ReadMetrics` alarms are watched all the same, and the traffic is not told.",
    statements: [
      {
        sid: "ReadAlarms",
        actions: ["cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarmHistory"],
        resources: ["*"],
      },
      { sid: "ReadMetrics", actions: ["cloudwatch:GetMetricData"], resources: ["*"] },
    ],
  },
  {
    id: "canary",
    title: "Canaries",
    purpose:
      "For `canary-percent` and `command: canary`, beside `ReadTheApi` and `PointStages`; a `sweep` that is to abort canaries whose deadline has passed needs `PointStages` and `ExplainCanaries`. A canary goes on by itself where its health is proven: by `QueryAccessLogs` and `ReadQueries`, or, on a stage without access logs, by `ReadCanaryMetrics` where API Gateway keeps metrics of the canary; its alarms need `ReadAlarms`. To start, move, complete and abort one by `canary-percent` takes none of them.",
    statements: [
      {
        sid: "ExplainCanaries",
        actions: ["apigateway:PUT", "apigateway:DELETE"],
        resources: [`${BESIDE}/tags/*`],
      },
      {
        sid: "QueryAccessLogs",
        actions: ["logs:StartQuery"],
        resources: ["arn:{partition}:logs:{region}:{account}:log-group:*"],
      },
      { sid: "ReadQueries", actions: ["logs:GetQueryResults"], resources: ["*"] },
      {
        sid: "ReadCanaryMetrics",
        actions: ["cloudwatch:ListMetrics", "cloudwatch:GetMetricData"],
        resources: ["*"],
      },
    ],
  },
  {
    id: "readiness",
    title: "What a plan warns of",
    purpose:
      "For the warnings of every plan that take a read of their own, beside `deploy`: what routes of the draft use and require, logs without a role, and routes that require an API key on a stage without a usage plan. What is left out is not warned of, and the log says so.",
    statements: [
      {
        sid: "CheckReadiness",
        actions: ["apigateway:GET"],
        resources: [`${API}/resources`, `${API}/authorizers`, `${BESIDE}/account`, `${BESIDE}/usageplans`],
      },
    ],
  },
  {
    id: "functions",
    title: "Functions",
    purpose:
      "For the warning of functions that API Gateway may not invoke for a stage; without it, nobody is warned, and the log says so. It reads the policies of the functions that integrations name, ten at most, and nothing else of them. Narrow it to your functions' names.",
    statements: [
      {
        sid: "ReadFunctionPolicies",
        actions: ["lambda:GetPolicy"],
        resources: ["arn:{partition}:lambda:{region}:{account}:function:*"],
      },
    ],
  },
  {
    id: "certificates",
    title: "Client certificates",
    purpose: "For the warning before a stage's client certificate expires; without it, nobody is warned.",
    statements: [
      { sid: "CheckCertificates", actions: ["apigateway:GET"], resources: [`${BESIDE}/clientcertificates/*`] },
    ],
  },
  {
    id: "status",
    title: "Status",
    purpose:
      "For `command: status`, beside `ReadTheApi` and no other: it writes nothing. Without `ReadTheDraft` it is not known what the draft has that no stage serves, without `ReadAuditEvents` who changed it and when, and whether integrations or models were changed. CloudTrail knows no resource but `*`.",
    statements: [
      { sid: "ReadTheDraft", actions: ["apigateway:GET"], resources: [`${API}/resources`] },
      { sid: "ReadUsagePlans", actions: ["apigateway:GET"], resources: [`${BESIDE}/usageplans`] },
      { sid: "ReadAuditEvents", actions: ["cloudtrail:LookupEvents"], resources: ["*"] },
    ],
  },
  {
    id: "http-apis",
    title: "HTTP and WebSocket APIs",
    purpose:
      "With `api-id`, in place of the statements above whose resources are below `/restapis/`; all others stay. Every command needs `ReadTheHttpApi`. A role that may read `/restapis/` and not `/apis/`, or the other way round, learns which kind the API is all the same.",
    statements: [
      { sid: "ReadTheHttpApi", actions: ["apigateway:GET"], resources: [HTTP_API, `${HTTP_API}/*`] },
      {
        sid: "MakeHttpDeploymentsAndStages",
        actions: ["apigateway:POST"],
        resources: [`${HTTP_API}/deployments`, `${HTTP_API}/stages`],
        condition: NAMES_NO_STAGE,
      },
      { sid: "TagHttpStages", actions: ["apigateway:POST", "apigateway:DELETE"], resources: [`${BESIDE}/tags/*`] },
      { sid: "PointHttpStages", actions: ["apigateway:PATCH"], resources: [`${HTTP_API}/stages/{stages}`] },
    ],
  },
  {
    id: "http-definition",
    title: "Import a definition into an HTTP API",
    purpose: "For `definition` with `api-id`.",
    statements: [{ sid: "ImportHttpDefinitions", actions: ["apigateway:PUT"], resources: [HTTP_API] }],
  },
  {
    id: "http-dark-stage",
    title: "Dark stages of HTTP and WebSocket APIs",
    purpose:
      "For `dark-stage` and for `compare: exact`. The stage's name is that of your stage with `-next` at its end.",
    statements: [
      { sid: "RemoveHttpDarkStages", actions: ["apigateway:DELETE"], resources: [`${HTTP_API}/stages/{dark}`] },
    ],
  },
  {
    id: "http-previews",
    title: "Delete previews of HTTP and WebSocket APIs",
    purpose: "As for [REST APIs](#delete-previews).",
    statements: [
      {
        sid: "DeleteHttpPreviews",
        actions: ["apigateway:DELETE"],
        resources: [`${HTTP_API}/stages/{previews}`, `${HTTP_API}/deployments/*`],
      },
      {
        sid: "SeeMappingsOfHttpPreviews",
        actions: ["apigateway:GET"],
        resources: [`${BESIDE}/domainnames`, `${BESIDE}/domainnames/*/apimappings`],
      },
    ],
  },
  {
    id: "http-settings",
    title: "Stage settings of HTTP and WebSocket APIs",
    purpose:
      '`SetUpAccessLogs` is for access logs: API Gateway sets them up with the rights of the job\'s role, and these actions know no resource (Developer Guide, "Configure logging for HTTP APIs"; what that page lists beside is for people who make a log group and read it). `ClearHttpSettings` is for settings that take access logs, or the settings of a route, away from a stage that has them.',
    statements: [
      {
        sid: "SetUpAccessLogs",
        actions: [
          "logs:CreateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:DescribeLogGroups",
          "logs:DescribeResourcePolicies",
          "logs:GetLogDelivery",
          "logs:ListLogDeliveries",
          "logs:PutResourcePolicy",
          "logs:UpdateLogDelivery",
        ],
        resources: ["*"],
      },
      {
        sid: "ClearHttpSettings",
        actions: ["apigateway:DELETE"],
        resources: [`${HTTP_API}/stages/{stages}/accesslogsettings`, `${HTTP_API}/stages/{stages}/routesettings/*`],
      },
    ],
  },
  {
    id: "status-all",
    title: "Status of all APIs",
    purpose:
      "For `command: status` with `rest-api-id: all`, in place of all others but `ReadAuditEvents`; with `api-id: all` also for `/apis`.",
    statements: [
      {
        sid: "ReadAllApis",
        actions: ["apigateway:GET"],
        resources: [`${BESIDE}/restapis`, `${BESIDE}/restapis/*`, `${BESIDE}/usageplans`],
      },
    ],
  },
];

const example: Readonly<Record<string, string>> = {
  // A dark stage.
  dark: "prod-next",
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  api: "a1b2c3d4e5",
  stages: "*",
  previews: "pr-*",
  plan: "abc123",
  domain: "api.example.com",
  from: "1000",
  to: "1999",
  acl: "shop/0a1b2c3d-4e5f-6789-abcd-ef0123456789",
};

export type IamStatement = {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Condition;
};

const oneOrAll = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 && values[0] !== undefined ? values[0] : values;

/** What the feature with this id asks for. Throws an Error for an id that there is not. */
export const statementsFor = (id: string): readonly Statement[] => {
  const feature = features.find((one) => one.id === id);
  if (feature === undefined) throw new Error(`there is no feature ${id}`);
  return feature.statements;
};

/** A resource with its placeholders filled in; one that `values` does not have stays. */
export const filledIn = (resource: string, values: Readonly<Record<string, string>>): string =>
  resource.replaceAll(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);

/** The same in a condition. */
export const conditionFilledIn = (condition: Condition, values: Readonly<Record<string, string>>): Condition =>
  JSON.parse(filledIn(JSON.stringify(condition), values));

/** The statements of the features with these ids, as IAM reads them. */
export const statementsOf = (ids: readonly string[]): readonly IamStatement[] =>
  ids.flatMap(statementsFor).map(({ sid, actions, resources, condition }) => ({
    Sid: sid,
    Effect: "Allow",
    Action: oneOrAll(actions),
    Resource: oneOrAll(resources.map((resource) => filledIn(resource, example))),
    ...(condition === undefined ? {} : { Condition: conditionFilledIn(condition, example) }),
  }));

const policyBlock = (statements: readonly IamStatement[]): string =>
  `\`\`\`json\n${JSON.stringify({ Version: "2012-10-17", Statement: statements }, undefined, 2)}\n\`\`\``;

/** One policy a feature. */
export const policySections = (): string =>
  features
    .map(({ id, title, purpose }) => `## ${title}\n\n${purpose}\n\n${policyBlock(statementsOf([id]))}`)
    .join("\n\n");
