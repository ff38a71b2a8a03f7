import type { IamStatement } from "../scripts/iam-policies.ts";
import type { Access, ConditionKeys } from "../simulator/aws/access.ts";

/** `*` in a resource matches anything, slashes included (IAM User Guide, "Resource"). */
const matches = (pattern: string, arn: string): boolean =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replaceAll(/[\\^$.|?+(){}[\]]/g, "\\$&"))
      .join(".*")}$`,
  ).test(arn);

const allows = (allowed: readonly IamStatement[], action: string, arn: string, keys: ConditionKeys): boolean =>
  allowed.some(
    ({ Action, Resource, Condition = {} }) =>
      [Action].flat().includes(action) &&
      [Resource].flat().some((pattern) => matches(pattern, arn)) &&
      Object.entries(NUMERIC).every(([operator, holds]) =>
        Object.entries(Condition[operator] ?? {}).every(([key, bound]) => holds(Number(keys[key]), Number(bound))),
      ),
  );

/** A key that the request does not have holds none (IAM User Guide, "Numeric condition operators"). */
const NUMERIC: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  NumericGreaterThanEquals: (value, bound) => value >= bound,
  NumericLessThanEquals: (value, bound) => value <= bound,
};

/** The action and the resource that a request needs to be allowed, and whether it was. */
export type Asked = { readonly action: string; readonly arn: string; readonly isDenied: boolean };

/** Statement, action and resource, where nothing that was asked needs it. */
export const unusedIn = (allowed: readonly IamStatement[], asked: readonly Asked[]): readonly string[] =>
  allowed.flatMap(({ Sid, Action, Resource }) =>
    [Action].flat().flatMap((action) =>
      [Resource]
        .flat()
        .filter((pattern) => !asked.some((one) => one.action === action && matches(pattern, one.arn)))
        .map((pattern) => `${Sid}: ${action} ${pattern}`),
    ),
  );

/** The simulated account, where the job's role may do what these statements say and nothing else. */
export const accessBy = (allowed: readonly IamStatement[], asked: Asked[] = []): Access => ({
  keys: new Map([
    [
      "AKIASIMULATED0000000",
      {
        arn: "arn:aws:sts::123456789012:assumed-role/deploy/run",
        status: "active",
        denied: (action, arn, keys) => {
          const isDenied = !allows(allowed, action, arn, keys);
          asked.push({ action, arn, isDenied });
          return isDenied;
        },
      },
    ],
  ]),
});
