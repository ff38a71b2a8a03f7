import { constraintsOf } from "../aws/constraints.ts";

/** The enumerations of the service model by member, which the SDK's schemas leave out. */
const enumerations: Readonly<Record<string, readonly string[]>> = {
  protocolType: ["WEBSOCKET", "HTTP"],
  ipAddressType: ["ipv4", "dualstack"],
  authorizationType: ["NONE", "AWS_IAM", "CUSTOM", "JWT"],
  authorizerType: ["REQUEST", "JWT"],
  connectionType: ["INTERNET", "VPC_LINK"],
  contentHandlingStrategy: ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"],
  integrationType: ["AWS", "HTTP", "MOCK", "HTTP_PROXY", "AWS_PROXY"],
  passthroughBehavior: ["WHEN_NO_MATCH", "NEVER", "WHEN_NO_TEMPLATES"],
  loggingLevel: ["ERROR", "INFO", "OFF"],
};

/** The service's model knows no class of its own for a wrong input; that the texts are those of version 1 is assumed. */
export const checkConstraints = constraintsOf(enumerations, "BadRequestException");
