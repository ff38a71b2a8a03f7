import type { IamStatement } from "../../scripts/iam-policies.ts";
import { readProjectFile } from "../project-files.ts";
import { stackOf } from "./cloudformation.ts";

/** setup/role.yml as it is used in the tests: for previews and for a lasting stage one API of each kind, and all features. */

export const roleTemplate = await readProjectFile("setup/role.yml");

export const parameters = {
  Repository: "acme/orders",
  PreviewRestApiIds: "a1b2c3d4e5",
  PreviewHttpApiIds: "a1b2c3d4e5",
  PreviewDomain: "api.example.com",
  RestApiIds: "a1b2c3d4e5",
  HttpApiIds: "a1b2c3d4e5",
  StageNames: "prod",
  Settings: "true",
  UsagePlanId: "abc123",
  WebAclNameAndId: "shop/0a1b2c3d-4e5f-6789-abcd-ef0123456789",
  Documentation: "true",
  DarkStage: "true",
  Functions: "true",
  Watch: "true",
  Canary: "true",
  Reader: "true",
};

type Properties = {
  readonly Roles?: readonly string[];
  readonly PolicyDocument?: { readonly Statement: readonly IamStatement[] };
};

export type RoleName = "PreviewRole" | "ProductionRole" | "ReaderRole";

/** The policies of a role. */
export const policiesOfRole = (
  role: RoleName,
  given: Readonly<Record<string, string>> = parameters,
): readonly (readonly IamStatement[])[] =>
  Object.values(stackOf(roleTemplate, given).resources).flatMap((resource) => {
    const { Roles = [], PolicyDocument } = resource.Properties as Properties;
    return PolicyDocument !== undefined && Roles.includes(role) ? [PolicyDocument.Statement] : [];
  });

/** All statements of a role. */
export const statementsOfRole = (
  role: RoleName,
  given: Readonly<Record<string, string>> = parameters,
): readonly IamStatement[] => policiesOfRole(role, given).flat();
