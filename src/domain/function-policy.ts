import type { IntegrationText } from "./stage.ts";

/** A function of AWS Lambda that routes invoke by its own policy, and not by a role that the integration names. */
export type FunctionUse = {
  /** With its alias or version, where one is named. */
  readonly arn: string;
  readonly routes: readonly string[];
};

/**
 * What a function's policy lets API Gateway do: the patterns of the callers, `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/…`,
 * that each statement allows; `undefined`: any.
 */
export type FunctionPolicy = readonly { readonly sourceArns: readonly string[] | undefined }[];

/** A function that a stage will invoke, and what its policy allows. */
export type InvokedFunction = FunctionUse & { readonly policy: FunctionPolicy };

const VARIABLE = /\$\{stageVariables\.(\w+)\}/g;

const FUNCTION = /arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(?::(?:\$LATEST|[\w-]+))?/;

/**
 * The functions that integrations invoke, with their stage variables; one whose variable is missing is left out. Those of
 * authorizers are not among them: API Gateway calls them in the authorizer's name, whatever the stage (Developer Guide,
 * "Use API Gateway Lambda authorizers").
 */
export const functionsIn = (
  integrations: readonly IntegrationText[],
  variables: Readonly<Record<string, string>>,
): readonly FunctionUse[] => {
  const routesByArn = new Map<string, string[]>();
  for (const { route, text } of integrations) {
    const { uri, role } = invocationIn(text);
    if (role !== "") continue;
    const resolved = uri.replace(VARIABLE, (use, name: string) =>
      Object.hasOwn(variables, name) ? (variables[name] ?? use) : use,
    );
    const [arn] = FUNCTION.exec(resolved) ?? [];
    if (arn === undefined || resolved.includes(`${arn}$`) || resolved.includes(`${arn}:$`)) continue;
    routesByArn.set(arn, [...(routesByArn.get(arn) ?? []), route]);
  }
  return [...routesByArn].map(([arn, routes]) => ({ arn, routes }));
};

/** By the names that definitions and both versions of the service give them; empty where there is none. */
const invocationIn = (text: string): { readonly uri: string; readonly role: string } => {
  const integration: Readonly<Record<string, unknown>> = JSON.parse(text);
  const firstOf = (...names: readonly string[]): string => {
    const found = names.map((name) => integration[name]).find((value) => typeof value === "string");
    return typeof found === "string" ? found : "";
  };
  return { uri: firstOf("uri", "IntegrationUri"), role: firstOf("credentials", "credentialsArn", "CredentialsArn") };
};
