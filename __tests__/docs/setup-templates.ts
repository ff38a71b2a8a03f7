import type { IamStatement } from "../../scripts/iam-policies.ts";
import { readProjectFile } from "../project-files.ts";
import { stackOf } from "./cloudformation.ts";

/** setup/role.yml as it is used in the tests: one REST API for previews, one for lasting stages, and all features. */

export const roleTemplate = await readProjectFile("setup/role.yml");

export const parameters = {
  Repository: "acme/orders",
  PreviewRestApiIds: "a1b2c3d4e5",
  RestApiIds: "a1b2c3d4e5",
  Settings: "true",
  UsagePlanId: "abc123",
  WebAclNameAndId: "shop/0a1b2c3d-4e5f-6789-abcd-ef0123456789",
  Watch: "true",
  Reader: "true",
};

type Policy = { readonly Statement: readonly IamStatement[] };
type Properties = {
  readonly RoleName?: string;
  readonly PolicyDocument?: Policy;
  readonly Policies?: readonly { readonly PolicyDocument: Policy }[];
};

export type RoleName = "PreviewRole" | "ProductionRole" | "ReaderRole";

/** All statements of a role: of its own policies, and of those that belong to it. */
export const statementsOfRole = (
  role: RoleName,
  given: Readonly<Record<string, string>> = parameters,
): readonly IamStatement[] =>
  Object.entries(stackOf(roleTemplate, given).resources).flatMap(([name, { Properties }]) => {
    const { RoleName, PolicyDocument, Policies = [] } = Properties as Properties;
    if (name === role) return Policies.flatMap((policy) => policy.PolicyDocument.Statement);
    return RoleName === role ? (PolicyDocument?.Statement ?? []) : [];
  });
