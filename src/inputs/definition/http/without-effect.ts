import type { Mapping } from "../values.ts";
import { type HttpFinding, warned } from "./finding.ts";

/** What only REST APIs have (Developer Guide, "Choose between REST APIs and HTTP APIs"; models of both versions). */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ["x-amazon-apigateway-policy", "HTTP APIs have no resource policy, so it keeps nobody out"],
  ["x-amazon-apigateway-request-validators", "HTTP APIs do not validate requests"],
  ["x-amazon-apigateway-request-validator", "HTTP APIs do not validate requests"],
  ["x-amazon-apigateway-gateway-responses", "HTTP APIs have no responses of the gateway's own to change"],
  ["x-amazon-apigateway-api-key-source", "HTTP APIs have no API keys"],
  ["x-amazon-apigateway-binary-media-types", "HTTP APIs have no list of binary media types"],
  ["x-amazon-apigateway-minimum-compression-size", "HTTP APIs do not compress"],
  ["x-amazon-apigateway-documentation", "HTTP APIs have no documentation parts"],
]);

export const judgeExtensions = (document: Mapping): readonly HttpFinding[] =>
  [...EXTENSIONS].flatMap(([name, because]) =>
    name in document ? [warned([name], `\`${name}\` has no effect: ${because}.`)] : [],
  );
