import {
  ApiGatewayV2Client,
  CreateRoutingRuleCommand,
  DeleteRoutingRuleCommand,
  ListRoutingRulesCommand,
  type RoutingRuleCondition,
} from "@aws-sdk/client-apigatewayv2";
import * as z from "zod/mini";
import type { RoutingRule, RuleCondition, RuledDomain } from "../../domain/routing-rule.ts";
import { checked, given, pageOf, text } from "../checked.ts";
import { failureOf, isPassingConflict } from "../failure.ts";
import type { NewRule, RoutingRules } from "../gateway.ts";
import { readPages } from "../pages.ts";
import { write } from "../retry.ts";
import { type Session, undefinedWhenMissing } from "../session.ts";
import type { Call } from "../translate.ts";
import { requireWholeAnswers } from "../whole-answer.ts";

type Domain = Pick<RuledDomain, "name" | "id">;

/** The second version's service alone knows them. */
export const openRoutingRules = (session: Session, domain: Domain): RoutingRules => {
  const client = new ApiGatewayV2Client(session.settings);
  requireWholeAnswers(client);
  const list: RoutingRules["list"] = (paced) => listRules(session, client, domain, paced);
  return {
    list,
    create: (rule, isIt) => createRule(session, client, domain, rule, async () => (await list()).find(isIt)),
    remove: (ruleId, mayDelete) => removeRule(session, client, domain, ruleId, { list, mayDelete }),
  };
};

/** How IAM calls it: an action of its own on an ARN with an account (Service Authorization Reference, … Management V2). */
const about = (
  { callBeside, arnPrefix }: Session,
  operation: string,
  { name, id }: Domain,
  { doing, verb = "GET", ruleId = "*" }: { doing: string; verb?: Call["verb"]; ruleId?: string },
): Call => {
  const resource = `/domainnames/${id === undefined ? name : `${name}+${id}`}/routingrules/${ruleId}`;
  const permission = { action: `apigateway:${operation}`, arnPrefix: arnPrefix.replace(/::$/, ":*:") };
  return { ...callBeside(operation, resource, doing), ...permission, verb };
};

const namesOf = ({ name, id }: Domain) => ({ DomainName: name, DomainNameId: id });

/** The most that API Gateway gives (API reference, ListRoutingRules). */
const MOST_RULES = 100;

const listRules = (
  session: Session,
  client: ApiGatewayV2Client,
  domain: Domain,
  paced: "paced" | undefined,
): Promise<readonly RoutingRule[]> =>
  readPages(
    about(session, "ListRoutingRules", domain, { doing: `read the routing rules of domain ${domain.name}` }),
    session.pacing,
    async (position) => {
      const command = new ListRoutingRulesCommand({ ...namesOf(domain), NextToken: position, MaxResults: MOST_RULES });
      const page = client.send(command, session.readOptions).then(({ RoutingRules, NextToken }) => {
        const { items, position: next } = pageOf(ruleAnswer, { items: RoutingRules, position: NextToken });
        return { items: items.map(ruleOf), position: next };
      });
      // A list that is not there (any more) is empty: somebody else deleted the domain meanwhile.
      return (await undefinedWhenMissing(page)) ?? { items: [], position: undefined };
    },
    async () => {
      if (paced !== undefined) await session.pacer.turn();
    },
  );

const createRule = (
  session: Session,
  client: ApiGatewayV2Client,
  domain: Domain,
  rule: NewRule,
  lookUp: () => Promise<RoutingRule | undefined>,
): Promise<RoutingRule | "taken"> => {
  const { priority, conditions, restApiId: ApiId, stageName: Stage, stripsBasePath: StripBasePath } = rule;
  const command = new CreateRoutingRuleCommand({
    ...namesOf(domain),
    Priority: priority,
    Conditions: conditions.map(conditionSent),
    Actions: [{ InvokeApi: { ApiId, Stage, StripBasePath } }],
  });
  const doing = `create a routing rule of priority ${priority} on domain ${domain.name}`;
  const call = about(session, "CreateRoutingRule", domain, { doing, verb: "POST" });
  const send = async (): Promise<RoutingRule | "taken"> => {
    try {
      return ruleOf(checked(ruleAnswer, await client.send(command)));
    } catch (thrown) {
      const { name, message } = failureOf(thrown);
      if (name === "ConflictException" && !isPassingConflict(message)) return "taken";
      throw thrown;
    }
  };
  return write<RoutingRule | "taken">(call, session.pacing, send, lookUp);
};

const removeRule = async (
  session: Session,
  client: ApiGatewayV2Client,
  domain: Domain,
  ruleId: string,
  { list, mayDelete }: Pick<RoutingRules, "list"> & { mayDelete: (rule: RoutingRule) => Promise<boolean> },
): Promise<"deleted" | "absent" | "not-ours"> => {
  await session.pacer.turn(3);
  let sent = false;
  const send = async (): Promise<"deleted" | "absent" | "not-ours"> => {
    const rule = (await list()).find(({ id }) => id === ruleId);
    if (rule === undefined) return sent ? "deleted" : "absent";
    if (!(await mayDelete(rule))) return "not-ours";
    sent = true;
    await undefinedWhenMissing(
      client.send(new DeleteRoutingRuleCommand({ ...namesOf(domain), RoutingRuleId: ruleId })),
    );
    return "deleted";
  };
  const doing = `delete routing rule ${ruleId} of domain ${domain.name}`;
  const call = about(session, "DeleteRoutingRule", domain, { doing, verb: "DELETE", ruleId });
  // Sending again looks first.
  return write(call, session.pacing, send);
};

const headerValue = z.object({ Header: given, ValueGlob: text });
const conditionAnswer = z.object({
  MatchHeaders: z.optional(z.object({ AnyOf: z.array(headerValue) })),
  MatchBasePaths: z.optional(z.object({ AnyOf: z.array(text) })),
});
const invocation = z.object({
  ApiId: z.optional(text),
  Stage: z.optional(text),
  StripBasePath: z.optional(z.boolean()),
});
const ruleAnswer = z.object({
  RoutingRuleId: given,
  Priority: z.number(),
  Conditions: z.optional(z.array(conditionAnswer)),
  Actions: z.optional(z.array(z.object({ InvokeApi: z.optional(invocation) }))),
});

const ruleOf = (answer: z.infer<typeof ruleAnswer>): RoutingRule => {
  const invoked = answer.Actions?.[0]?.InvokeApi;
  return {
    id: answer.RoutingRuleId,
    priority: answer.Priority,
    conditions: (answer.Conditions ?? []).map(conditionOf),
    restApiId: invoked?.ApiId,
    stageName: invoked?.Stage,
    stripsBasePath: invoked?.StripBasePath ?? false,
  };
};

/** Each condition matches one thing, though `anyOf` is a list (Developer Guide, Restrictions). */
const conditionOf = ({ MatchHeaders, MatchBasePaths }: z.infer<typeof conditionAnswer>): RuleCondition => {
  const [header, ...headers] = MatchHeaders?.AnyOf ?? [];
  const [path, ...paths] = MatchBasePaths?.AnyOf ?? [];
  if (headers.length + paths.length > 0 || (header === undefined) === (path === undefined)) return { kind: "other" };
  return header === undefined
    ? { kind: "base-path", path: (path ?? "").replace(/^\/|\/$/g, "") }
    : { kind: "header", name: header.Header, glob: header.ValueGlob };
};

const conditionSent = (condition: RuleCondition): RoutingRuleCondition => {
  if (condition.kind === "header") {
    return { MatchHeaders: { AnyOf: [{ Header: condition.name, ValueGlob: condition.glob }] } };
  }
  if (condition.kind === "base-path") return { MatchBasePaths: { AnyOf: [condition.path] } };
  throw new Error("a condition that is not known is not made");
};
