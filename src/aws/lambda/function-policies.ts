import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { HttpRequest } from "@smithy/core/transport";
import * as z from "zod/mini";
import type { FunctionPolicy } from "../../domain/function-policy.ts";
import type { Environment } from "../../domain/world.ts";
import { checked, given, text } from "../checked.ts";
import type { Connection } from "../client.ts";
import { parsedJson } from "../parsed-json.ts";
import { type Pacing, read } from "../retry.ts";
import { undefinedWhenMissing } from "../session.ts";
import { callsTo } from "../translate.ts";
import { requireWholeAnswer } from "../whole-answer.ts";

/** The policies of AWS Lambda's functions. */
export type FunctionPolicies = {
  /** Empty where the function has none, or does not exist. Throws ActionError, and nothing else. */
  readonly policyOf: (arn: string) => Promise<FunctionPolicy>;
};

const SERVICE = "AWS Lambda";

/**
 * One read is all that is asked of the service, so it is sent without a client of its own, which every user would download:
 * through the same transport, signed by the same credentials.
 */
export const openFunctionPolicies = (
  { settings, region, dnsSuffix }: Pick<Connection, "settings" | "region" | "dnsSuffix">,
  restApiId: string,
  pacing: Pacing,
  environment: Environment,
): FunctionPolicies => {
  const call = callsTo(SERVICE, "lambda", { restApiId, region });
  const { config } = new APIGatewayClient(settings);
  const signing = { name: "sigv4", signingName: "lambda", signingRegion: region, properties: {} };
  const send = async (arn: string): Promise<FunctionPolicy> => {
    const request = requestFor(endpointOf(region, dnsSuffix, environment), arn);
    const signer = await config.signer(signing as never);
    const signed = await signer.sign(request, { signingRegion: region, signingService: "lambda" });
    const { response } = await settings.requestHandler.handle(signed as never, { abortSignal: pacing.signal });
    return policyIn(response as Answer);
  };
  return {
    policyOf: async (arn) => {
      const about = call({ operation: "GetPolicy", doing: `read who may invoke ${arn}`, resource: arn });
      return (await read(about, pacing, () => undefinedWhenMissing(send(arn)))) ?? [];
    },
  };
};

/** As the SDK finds it for all of its clients, but for the AWS configuration file. */
const endpointOf = (region: string, dnsSuffix: string, environment: Environment): URL => {
  const ignored = environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] === "true";
  const given = ignored ? undefined : environment["AWS_ENDPOINT_URL_LAMBDA"] || environment["AWS_ENDPOINT_URL"];
  const host = environment["AWS_USE_FIPS_ENDPOINT"]?.toLowerCase() === "true" ? "lambda-fips" : "lambda";
  return new URL(given || `https://${host}.${region}.${dnsSuffix}`);
};

/** AWS Lambda API reference, GetPolicy. A qualifier belongs to the function's ARN. */
const requestFor = ({ protocol, hostname, port, pathname, host }: URL, arn: string): HttpRequest =>
  new HttpRequest({
    method: "GET",
    protocol,
    hostname,
    ...(port === "" ? {} : { port: Number(port) }),
    path: `${pathname.replace(/\/$/, "")}/2015-03-31/functions/${encodeURIComponent(arn)}/policy`,
    headers: { host },
  });

type Answer = Parameters<typeof requireWholeAnswer>[0];

/** IAM writes lists of one as the one (IAM User Guide, "JSON policy elements"). */
const words = z.union([text, z.array(text)]);
const statement = z.looseObject({
  Effect: text,
  Principal: z.optional(z.union([text, z.looseObject({ Service: z.optional(words) })])),
  Action: z.optional(words),
  Condition: z.optional(z.record(z.string(), z.record(z.string(), words))),
});
const policy = z.looseObject({ Statement: z.union([statement, z.array(statement)]) });
const answered = z.object({ Policy: given });
const failed = z.looseObject({ message: z.optional(text), Message: z.optional(text) });

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : ([value].flat() as readonly T[]);

/** Throws what the SDK's clients throw: the status, the error's name and its text. */
const policyIn = (answer: Answer): FunctionPolicy => {
  requireWholeAnswer(answer, 200, SERVICE);
  const { statusCode, headers, body } = answer;
  const value = parsedJson(body);
  if (statusCode >= 300) {
    const { message, Message = "" } = failed.safeParse(value).data ?? {};
    const name = headers["x-amzn-errortype"]?.split(":")[0] ?? "";
    throw Object.assign(new Error(message ?? Message), { name, $metadata: { httpStatusCode: statusCode } });
  }
  const { Statement } = checked(policy, parsedJson(checked(answered, value, SERVICE).Policy), SERVICE);
  return allowedBy(listOf(Statement));
};

/** Conditions on anything but the caller's ARN are taken to hold: what may be allowed is not warned of. */
const allowedBy = (statements: readonly z.infer<typeof statement>[]): FunctionPolicy =>
  statements
    .filter(({ Effect, Principal, Action }) => {
      const services = typeof Principal === "string" ? [Principal] : listOf(Principal?.Service);
      const isGateway = services.some((service) => service === "*" || service.startsWith("apigateway."));
      return (
        Effect === "Allow" &&
        isGateway &&
        listOf(Action).some((action) => /^(?:\*|lambda:(?:\*|Invoke.*))$/i.test(action))
      );
    })
    .map(({ Condition = {} }) => {
      const patterns = Object.values(Condition).flatMap((keys) =>
        Object.entries(keys).flatMap(([key, values]) => (key.toLowerCase() === "aws:sourcearn" ? listOf(values) : [])),
      );
      return { sourceArns: patterns.length === 0 ? undefined : patterns };
    });
