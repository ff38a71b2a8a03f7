import * as z from "zod/mini";
import { ActionError } from "../domain/errors.ts";
import { checked } from "./checked.ts";
import type { Connection } from "./client.ts";
import { type Pacing, read } from "./retry.ts";
import { callsTo } from "./translate.ts";
import { type Format, requireWholeAnswers } from "./whole-answer.ts";

const SERVICE = "AWS STS";

const identity = z.object({ Account: z.string().check(z.regex(/^[0-9]{12}$/)), Arn: z.optional(z.string()) });

/** The name of the document's root, where the document is whole: `GetCallerIdentityResponse`. */
const rootOf = (body: Uint8Array): string | undefined => {
  const document = new TextDecoder().decode(body).trim();
  const root = /^(?:<\?xml[^>]*>)?\s*<(\w+)[\s>]/.exec(document)?.[1];
  return root !== undefined && document.endsWith(`</${root}>`) ? root : undefined;
};

/** Of the AWS query protocol. The SDK takes any page for an answer without members, or for an error without a text. */
const XML: Format = {
  isAnswer: (body) => rootOf(body) === "GetCallerIdentityResponse",
  isError: (body) => rootOf(body) === "ErrorResponse",
  none: "no XML of AWS",
};

/**
 * Refuses to go on with the credentials of another account than the expected one. One request to STS, which needs no
 * permission. Throws ActionError.
 */
export const requireAccount = async (
  { settings, region }: Connection,
  expected: string,
  restApiId: string,
  pacing: Pacing,
): Promise<void> => {
  const call = callsTo(SERVICE, "sts", { restApiId, region })({
    operation: "GetCallerIdentity",
    doing: "find out whose the AWS credentials are",
    resource: "*",
  });
  // Few runs ask for it, and none of the others pays for it.
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient(settings);
  requireWholeAnswers(client, SERVICE, XML);
  const options = { abortSignal: pacing.signal };
  const { Account, Arn } = await read(call, pacing, () =>
    client.send(new GetCallerIdentityCommand({}), options).then((answer) => checked(identity, answer, SERVICE)),
  );
  if (Account === expected) return;
  throw new ActionError({
    code: "WRONG_ACCOUNT",
    doing: `begin in account ${expected}`,
    happened: `The AWS credentials belong to account ${Account}${Arn === undefined ? "" : ` (${Arn})`}; expected-account-id is ${expected}.`,
    acted: "no",
    state: "Nothing was touched.",
  });
};
