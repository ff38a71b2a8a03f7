// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are expressions of CloudFormation and Terraform.
import { type Condition, filledIn, type Statement, statementsFor } from "./iam-policies.ts";
import { replaceLines } from "./marked-section.ts";

/** The roles of setup/role.yml and setup/role.tf: what each may do, from the one table of permissions, and for whom. */

/** A feature's statements, always or only where the parameter of this feature is set. */
type Part = { readonly feature: string; readonly given?: string };

type Role = {
  readonly id: "previews" | "production" | "reader";
  readonly parts: readonly Part[];
  /** Whether it may point previews only. */
  readonly fenced?: true;
  /** Of the part `deploy`, the statements that only read. */
  readonly readsOnly?: true;
};

const optional = (feature: string, given = feature): Part => ({ feature, given });

const always: readonly Part[] = [{ feature: "deploy" }, { feature: "stage-quota" }];
const settings: readonly Part[] = [optional("settings"), optional("certificates", "settings")];

const roles: readonly Role[] = [
  {
    id: "previews",
    parts: [
      ...always,
      optional("definition"),
      { feature: "previews" },
      ...settings,
      optional("usage-plans"),
      optional("web-acl"),
    ],
    fenced: true,
  },
  {
    id: "production",
    parts: [
      ...always,
      optional("definition"),
      ...settings,
      optional("documentation"),
      optional("usage-plans"),
      optional("web-acl"),
      optional("watch"),
      optional("canary"),
    ],
  },
  { id: "reader", parts: [...always, { feature: "status" }, ...settings], readsOnly: true },
];

type Permission = Statement & { readonly part: Part };

const isRead = ({ actions }: Statement): boolean => actions.every((action) => /:(?:GET|Get|Lookup)/.test(action));

const permissionsOf = ({ parts, fenced, readsOnly }: Role): readonly Permission[] =>
  parts
    .flatMap((part) => statementsFor(part.feature).map((statement) => ({ ...statement, part })))
    .filter((statement) => !readsOnly || isRead(statement))
    .map((statement) => ({
      ...statement,
      resources: statement.resources.map((one) => filledIn(one, { stages: fenced ? "{previews}" : "*" })),
    }));

/** Whether it names a REST API: such statements are written once for each of them. */
const isOfOneApi = ({ resources }: Statement): boolean => resources.some((resource) => resource.includes("{api}"));

/** `web-acl` as `WebAcl`, the condition's name. */
const pascalCase = (id: string): string => id.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());

const inCloudFormation = {
  partition: "${AWS::Partition}",
  region: "${AWS::Region}",
  account: "${AWS::AccountId}",
  api: "${RestApiId}",
  previews: "${PreviewNames}",
  plan: "${UsagePlanId}",
  acl: "${WebAclNameAndId}",
};

/** A list in YAML, one item a line; a single item stands by itself. */
const yamlList = (key: string, items: readonly string[]): readonly string[] =>
  items.length === 1 ? [`  ${key}: ${items[0]}`] : [`  ${key}:`, ...items.map((item) => `    - ${item}`)];

const yamlResource = (resource: string): string => {
  const text = filledIn(resource, inCloudFormation);
  return text.includes("${") ? `!Sub ${text}` : JSON.stringify(text);
};

const yamlCondition = (condition: Condition): readonly string[] => [
  "  Condition:",
  ...Object.entries(condition).flatMap(([operator, values]) => [
    `    ${JSON.stringify(operator)}:`,
    ...Object.entries(values).map(([key, value]) => `      ${key}: ${JSON.stringify(value)}`),
  ]),
];

const yamlStatement = ({ sid, actions, resources, condition, part }: Permission): readonly string[] => {
  const statement = [
    `- Sid: ${sid}`,
    "  Effect: Allow",
    ...yamlList("Action", actions),
    ...yamlList("Resource", resources.map(yamlResource)),
    ...(condition === undefined ? [] : yamlCondition(condition)),
  ];
  if (part.given === undefined) return statement;
  const within = statement.map((line) => `  ${line}`);
  return ["- !If", `  - ${pascalCase(part.given)}`, ...within, "  - !Ref AWS::NoValue"];
};

/** setup/role.yml with the statements of each role, those of one REST API and those of the account. */
export const cloudFormationRoles = (text: string): string =>
  roles.reduce((before, role) => {
    const permissions = permissionsOf(role);
    const ofApi = replaceLines(before, `${role.id}-api`, permissions.filter(isOfOneApi).flatMap(yamlStatement));
    const others = permissions.filter((permission) => !isOfOneApi(permission));
    return others.length === 0 ? ofApi : replaceLines(ofApi, `${role.id}-account`, others.flatMap(yamlStatement));
  }, text);

/** `{api}` stays: Terraform fills it in for each REST API. */
const inTerraform = {
  partition: "${local.partition}",
  region: "${local.region}",
  account: "${local.account}",
  previews: "${var.preview_names}",
  plan: "${var.usage_plan_id}",
  acl: "${var.web_acl_name_and_id}",
};

const terraformObject = <Value>(members: Readonly<Record<string, Value>>, write: (value: Value) => string): string => {
  const written = Object.entries(members).map(([name, value]) => `"${name}" : ${write(value)}`);
  return written.length === 0 ? "{}" : `{ ${written.join(", ")} }`;
};

const terraformStatement = ({ sid, actions, resources, condition = {}, part }: Permission): readonly string[] => [
  "{",
  `  feature   = "${part.given ?? part.feature}"`,
  `  sid       = "${sid}"`,
  `  action    = ${JSON.stringify(actions).replaceAll(",", ", ")}`,
  `  condition = ${terraformObject(condition, (values) => terraformObject(values, JSON.stringify))}`,
  "  resource = [",
  ...resources.map((resource) => `    ${JSON.stringify(filledIn(resource, inTerraform))},`),
  "  ]",
  "},",
];

/** setup/role.tf with the same. */
export const terraformRoles = (text: string): string =>
  replaceLines(
    text,
    "statements",
    roles.flatMap((role) => [
      `${role.id} = [`,
      ...permissionsOf(role)
        .flatMap(terraformStatement)
        .map((line) => `  ${line}`),
      "]",
    ]),
  );
