import { randomUUID } from "node:crypto";
import { type Access, authorize } from "../aws/access.ts";
import { type AwsService, commonError } from "../aws/aws-service.ts";
import { type Caller, callerOf, isRoleSession, nameOf } from "../aws/caller.ts";
import { ServiceError } from "../aws/service-error.ts";
import type { World } from "../gateway/model.ts";
import type { SimulatedRequest, SimulatedResponse } from "../http/exchange.ts";

const errors = { accessStatus: 403, invalidType: "ValidationError" } as const;

/**
 * AWS Security Token Service with the one operation that tells whose a key is, which needs no permission and cannot be
 * denied. The protocol is AWS query: a form goes in, XML comes out.
 */
export const stsService = (world: World, access?: Access): AwsService => ({
  signingName: "sts",
  operations: new Set(["GetCallerIdentity"]),
  failure: (status) => failure(commonError(status, errors)),
  service: {
    match: (request) => {
      const operation = new URLSearchParams(request.body.toString("utf8")).get("Action");
      const name = operation ?? request.url.searchParams.get("Action") ?? `${request.method} ${request.path}`;
      return { operation: name, answer: () => answer(world, access, name, request) };
    },
  },
});

const answer = (
  world: World,
  access: Access | undefined,
  operation: string,
  request: SimulatedRequest,
): SimulatedResponse => {
  try {
    authorize({ region: world.region, service: "sts" }, access, request, () => []);
    if (operation !== "GetCallerIdentity") {
      throw new ServiceError(501, "NotImplementedException", `The simulated STS does not implement ${operation}`);
    }
    const result = identityOf(callerOf(world, access, request));
    return xml(
      200,
      "GetCallerIdentityResponse",
      (requestId) =>
        element("GetCallerIdentityResult", result) + element("ResponseMetadata", element("RequestId", requestId)),
    );
  } catch (error) {
    if (error instanceof ServiceError) return failure(error);
    throw error;
  }
};

/** The unique id of a role's session ends in the session's name; ids of users and roles do not tell their names. */
const identityOf = (caller: Caller): string => {
  const userId = isRoleSession(caller) ? `AROASIMULATED00000000:${nameOf(caller)}` : "AIDASIMULATED00000000";
  const account = caller.arn.split(":")[4] ?? "";
  return element("Arn", escaped(caller.arn)) + element("UserId", escaped(userId)) + element("Account", account);
};

/** The names that this protocol has for the IAM common errors. */
const names: Readonly<Record<string, string>> = {
  AccessDeniedException: "AccessDenied",
  ExpiredTokenException: "ExpiredToken",
  IncompleteSignatureException: "IncompleteSignature",
  InvalidSignatureException: "SignatureDoesNotMatch",
  MissingAuthenticationTokenException: "MissingAuthenticationToken",
  InternalServiceFault: "InternalFailure",
  ServiceUnavailableException: "ServiceUnavailable",
  ThrottlingException: "Throttling",
  UnrecognizedClientException: "InvalidClientTokenId",
};

const failure = ({ status, type, message }: ServiceError): SimulatedResponse =>
  xml(status, "ErrorResponse", (requestId) => {
    const fault = element("Type", status < 500 ? "Sender" : "Receiver") + element("Code", names[type] ?? type);
    return element("Error", fault + element("Message", escaped(message))) + element("RequestId", requestId);
  });

const xml = (status: number, root: string, content: (requestId: string) => string): SimulatedResponse => {
  const requestId = randomUUID();
  const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";
  return {
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: `<${root} xmlns="${namespace}">${content(requestId)}</${root}>`,
  };
};

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
