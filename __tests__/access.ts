import type { IamStatement } from "../scripts/iam-policies.ts";
import type { Access } from "../simulator/aws/access.ts";

/** `*` in a resource matches anything, slashes included (IAM User Guide, "Resource"). */
const matches = (pattern: string, arn: string): boolean =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replaceAll(/[\\^$.|?+(){}[\]]/g, "\\$&"))
      .join(".*")}$`,
  ).test(arn);

const allows = (allowed: readonly IamStatement[], action: string, arn: string): boolean =>
  allowed.some(
    ({ Action, Resource }) =>
      [Action].flat().includes(action) && [Resource].flat().some((pattern) => matches(pattern, arn)),
  );

/** The simulated account, where the job's role may do what these statements say and nothing else. */
export const accessBy = (allowed: readonly IamStatement[]): Access => ({
  keys: new Map([
    [
      "AKIASIMULATED0000000",
      {
        arn: "arn:aws:sts::123456789012:assumed-role/deploy/run",
        status: "active",
        denied: (action, arn) => !allows(allowed, action, arn),
      },
    ],
  ]),
});
