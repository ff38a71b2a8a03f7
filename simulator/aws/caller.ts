import type { SimulatedRequest } from "../http/exchange.ts";
import type { Access } from "./access.ts";
import { partitionOf } from "./partition.ts";

/** Who signed a request. */
export type Caller = { readonly accessKeyId: string; readonly arn: string };

/** Without `access`, one user of the account signs everything. */
export const callerOf = (
  { region, accountId }: { readonly region: string; readonly accountId: string },
  access: Access | undefined,
  { headers }: SimulatedRequest,
): Caller => {
  const accessKeyId = /\bCredential=([^/,\s]*)/.exec(headers["authorization"] ?? "")?.[1] ?? "";
  const user = `arn:${partitionOf(region)}:iam::${accountId}:user/simulated`;
  return { accessKeyId, arn: access?.keys.get(accessKeyId)?.arn ?? user };
};

/** What follows the last slash of a principal: the name of a user, of a role's session. */
export const nameOf = ({ arn }: Caller): string => arn.slice(arn.lastIndexOf("/") + 1);

export const isRoleSession = ({ arn }: Caller): boolean => /^arn:[\w-]+:sts::\d+:assumed-role\//.test(arn);
