// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are expressions of CloudFormation and Terraform.
import { type Condition, conditionFilledIn, filledIn, type Statement, statementsFor } from "./iam-policies.ts";
import { replaceLines } from "./marked-section.ts";

/** The roles of setup/role.yml and setup/role.tf: what each may do, from the one table of permissions, and for whom. */

/**
 * A feature's statements, always or only where the parameter of this feature is set. `alsoDark`: what it may do to the
 * stages that the role may point, it may do to their dark stages, too.
 */
type Part = { readonly feature: string; readonly given?: string; readonly alsoDark?: true };

type Role = {
  readonly id: "previews" | "production" | "reader";
  readonly parts: readonly Part[];
  /** The stages that it may point. Absent: it gets the statements that only read. */
  readonly points?: "{previews}" | "{lasting}";
};

const optional = (feature: string, given = feature): Part => ({ feature, given });

const always: readonly Part[] = [
  { feature: "deploy" },
  { feature: "stage-quota" },
  { feature: "readiness" },
  optional("functions"),
];
const settings: readonly Part[] = [optional("settings"), optional("certificates", "settings")];
const httpApis: readonly Part[] = [
  { feature: "http-apis" },
  optional("http-definition", "definition"),
  optional("http-settings", "settings"),
];

const roles: readonly Role[] = [
  {
    id: "previews",
    parts: [
      ...always,
      optional("definition"),
      { feature: "previews" },
      optional("preview-domain"),
      ...settings,
      optional("usage-plans"),
      optional("web-acl"),
      ...httpApis,
      { feature: "http-previews" },
    ],
    points: "{previews}",
  },
  {
    id: "production",
    parts: [
      ...always,
      optional("definition"),
      ...settings,
      optional("documentation"),
      optional("usage-plans"),
      { ...optional("web-acl"), alsoDark: true },
      optional("dark-stage"),
      optional("watch"),
      optional("canary"),
      ...httpApis,
      optional("http-dark-stage", "dark-stage"),
    ],
    points: "{lasting}",
  },
  {
    id: "reader",
    parts: [
      ...always,
      { feature: "status" },
      ...settings,
      optional("documentation"),
      optional("usage-plans"),
      optional("watch"),
      optional("canary"),
      { feature: "http-apis" },
    ],
  },
];

type Permission = Statement & { readonly part: Part };

/** A query of logs is read access, too (Service Authorization Reference, "Amazon CloudWatch Logs"). */
const isRead = ({ actions }: Statement): boolean =>
  actions.every((action) => /:(?:GET|Get|List|Describe|Lookup|StartQuery)/.test(action));

const permissionsOf = ({ parts, points }: Role): readonly Permission[] =>
  parts
    .flatMap((part) => statementsFor(part.feature).map((statement) => ({ ...statement, part })))
    .filter((statement) => points !== undefined || isRead(statement))
    .map((statement) => ({
      ...statement,
      resources: statement.resources.flatMap((resource) => {
        const stages = [points ?? "*", ...(statement.part.alsoDark && resource.includes("{stages}") ? ["{dark}"] : [])];
        return [...new Set(stages.map((one) => filledIn(resource, { stages: one })))];
      }),
    }));

/**
 * Which of a role's policies it belongs into: those of a REST API and of an HTTP API are written once for each of them, and
 * what only HTTP APIs need goes with these.
 */
const placeOf = ({ part, resources }: Permission): "api" | "http-api" | "account" => {
  if (part.feature.startsWith("http-")) return "http-api";
  return resources.some((resource) => resource.includes("{api}")) ? "api" : "account";
};

/** `web-acl` as `WebAcl`, the condition's name. */
const pascalCase = (id: string): string => id.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());

const inCloudFormation = {
  partition: "${AWS::Partition}",
  region: "${AWS::Region}",
  account: "${AWS::AccountId}",
  previews: "${PreviewNames}",
  lasting: "${StageNames}",
  dark: "${StageNames}-next",
  plan: "${UsagePlanId}",
  acl: "${WebAclNameAndId}",
  domain: "${PreviewDomain}",
  from: "${PreviewPriorityFrom}",
  to: "${PreviewPriorityTo}",
};

/** A list in YAML, one item a line; a single item stands by itself. */
const yamlList = (key: string, items: readonly string[]): readonly string[] =>
  items.length === 1 ? [`  ${key}: ${items[0]}`] : [`  ${key}:`, ...items.map((item) => `    - ${item}`)];

/** The identifiers of the loops over the ids. */
const apiIn = { api: "${RestApiId}", "http-api": "${HttpApiId}", account: "" } as const;

const yamlText = (text: string): string => (text.includes("${") ? `!Sub ${text}` : JSON.stringify(text));

const yamlResource = (resource: string, api: string): string =>
  yamlText(filledIn(resource, { ...inCloudFormation, api }));

const yamlCondition = (condition: Condition): readonly string[] => [
  "  Condition:",
  ...Object.entries(conditionFilledIn(condition, inCloudFormation)).flatMap(([operator, values]) => [
    `    ${JSON.stringify(operator)}:`,
    ...Object.entries(values).map(([key, value]) => `      ${key}: ${yamlText(value)}`),
  ]),
];

const yamlStatement = (permission: Permission): readonly string[] => {
  const { sid, actions, resources, condition, part } = permission;
  const api = apiIn[placeOf(permission)];
  const statement = [
    `- Sid: ${sid}`,
    "  Effect: Allow",
    ...yamlList("Action", actions),
    ...yamlList(
      "Resource",
      resources.map((resource) => yamlResource(resource, api)),
    ),
    ...(condition === undefined ? [] : yamlCondition(condition)),
  ];
  if (part.given === undefined) return statement;
  const within = statement.map((line) => `  ${line}`);
  return ["- !If", `  - ${pascalCase(part.given)}`, ...within, "  - !Ref AWS::NoValue"];
};

/** setup/role.yml with the statements of each role: those of one REST API, of one HTTP API and of the account. */
export const cloudFormationRoles = (text: string): string =>
  roles
    .flatMap((role) => (["api", "http-api", "account"] as const).map((place) => ({ role, place })))
    .reduce((before, { role, place }) => {
      const permissions = permissionsOf(role).filter((permission) => placeOf(permission) === place);
      return replaceLines(before, `${role.id}-${place}`, permissions.flatMap(yamlStatement));
    }, text);

/** `{api}` stays: Terraform fills it in for each REST API. */
const inTerraform = {
  partition: "${local.partition}",
  region: "${local.region}",
  account: "${local.account}",
  previews: "${var.preview_names}",
  lasting: "${var.stage_names}",
  dark: "${var.stage_names}-next",
  plan: "${var.usage_plan_id}",
  acl: "${var.web_acl_name_and_id}",
  domain: "${var.preview_domain}",
  from: "${var.preview_priority.from}",
  to: "${var.preview_priority.to}",
};

const terraformObject = <Value>(members: Readonly<Record<string, Value>>, write: (value: Value) => string): string => {
  const written = Object.entries(members).map(([name, value]) => `"${name}" : ${write(value)}`);
  return written.length === 0 ? "{}" : `{ ${written.join(", ")} }`;
};

/** A statement without its role, which is what several may share. */
const terraformStatement = (permission: Permission): readonly string[] => {
  const { sid, actions, resources, condition = {}, part } = permission;
  return [
    `  place     = "${placeOf(permission)}"`,
    `  feature   = "${part.given ?? part.feature}"`,
    `  sid       = "${sid}"`,
    `  action    = ${jsonList(actions)}`,
    `  condition = ${terraformObject(conditionFilledIn(condition, inTerraform), (values) => terraformObject(values, JSON.stringify))}`,
    "  resource = [",
    ...resources.map((resource) => `    ${JSON.stringify(filledIn(resource, inTerraform))},`),
    "  ]",
  ];
};

const jsonList = (texts: readonly string[]): string => JSON.stringify(texts).replaceAll(",", ", ");

/** setup/role.tf with the same; what several roles are allowed stands there once. */
export const terraformRoles = (text: string): string => {
  const allowed = new Map<string, Role["id"][]>();
  for (const role of roles) {
    for (const permission of permissionsOf(role)) {
      const statement = terraformStatement(permission).join("\n");
      allowed.set(statement, [...(allowed.get(statement) ?? []), role.id]);
    }
  }
  const statements = [...allowed].flatMap(([statement, ids]) => [
    "{",
    `  roles     = ${jsonList(ids)}`,
    ...statement.split("\n"),
    "},",
  ]);
  return replaceLines(text, "statements", statements);
};
