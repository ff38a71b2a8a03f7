import {
  type BasePathMapping,
  type DomainName,
  GetBasePathMappingsCommand,
  GetDomainNamesCommand,
  GetUsagePlansCommand,
  type UsagePlan,
} from "@aws-sdk/client-api-gateway";
import { ListRoutingRulesCommand, type RoutingRule } from "@aws-sdk/client-apigatewayv2";
import { ActionError } from "../../domain/errors.ts";
import type { StageUser, StageUsers } from "../../domain/stage-users.ts";
import type { Connection } from "../client.ts";
import { type Pacing, read } from "../retry.ts";
import type { Call } from "../translate.ts";
import type { Pacer } from "./removal.ts";

/**
 * Usage plans, base path mappings and routing rules that name one of the stages, by stage name. Throws ActionError, but not for a missing permission: then
 * what cannot be seen is named as unknown.
 */
export const findStageUsers = async (
  connection: Connection,
  restApiId: string,
  stageNames: readonly string[],
  pacing: Pacing,
  pacer: Pacer,
): Promise<ReadonlyMap<string, StageUsers>> => {
  if (stageNames.length === 0) return new Map();
  const reader = openReader(connection, restApiId, pacing, pacer);
  const parts = await Promise.all([usagePlanUsers(reader, restApiId), domainUsers(reader, restApiId)]);
  const unknown = [...new Set(parts.flatMap((part) => part.unknown))];
  return new Map(
    stageNames.map((stageName) => {
      const found = parts.flatMap((part) => part.found.filter((use) => use.stageName === stageName));
      return [stageName, { found: found.map(({ user }) => user), unknown }];
    }),
  );
};

type StageUse = { readonly stageName: string; readonly user: StageUser };
type Seen = { readonly found: readonly StageUse[]; readonly unknown: readonly string[] };

/** Reads all pages of a list. A list that is not there (any more) is empty. */
type Reader = <T>(list: List<T>) => Promise<readonly T[]>;
type Page<T> = { readonly items?: T[] | undefined; readonly position?: string | undefined };
type List<T> = {
  readonly operation: string;
  readonly resource: string;
  readonly doing: string;
  readonly page: (connection: Connection, position: string | undefined) => Promise<Page<T>>;
};

const LIMIT = 500;

const openReader =
  (connection: Connection, restApiId: string, pacing: Pacing, pacer: Pacer): Reader =>
  async <T>({ operation, resource, doing, page }: List<T>) => {
    const { region, partitionName } = connection;
    const arnPrefix = `arn:${partitionName}:apigateway:${region}::`;
    const call: Call = { operation, verb: "GET", resource, doing, arnPrefix, restApiId, region };
    const items: T[] = [];
    let position: string | undefined;
    do {
      await pacer.turn();
      const answer = await read(call, pacing, () => emptyWhenMissing(page(connection, position)));
      items.push(...(answer.items ?? []));
      position = answer.position;
    } while (position !== undefined);
    return items;
  };

const emptyWhenMissing = async <T>(answer: Promise<Page<T>>): Promise<Page<T>> => {
  try {
    return await answer;
  } catch (thrown) {
    if ((thrown as { name?: string }).name === "NotFoundException") return {};
    throw thrown;
  }
};

/** What is refused becomes a sentence about what is not known. */
const unlessDenied = async (doing: string, look: () => Promise<Seen>): Promise<Seen> => {
  try {
    return await look();
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.code !== "ACCESS_DENIED") throw thrown;
    return { found: [], unknown: [`Could not ${doing}, so what uses the stage there is not known. ${thrown.remedy}`] };
  }
};

const usagePlanUsers = (read: Reader, restApiId: string): Promise<Seen> => {
  const doing = "read the usage plans";
  return unlessDenied(doing, async () => {
    const plans = await read<UsagePlan>({
      operation: "GetUsagePlans",
      resource: "/usageplans",
      doing,
      page: ({ client }, position) => client.send(new GetUsagePlansCommand({ limit: LIMIT, position })),
    });
    const found = plans.flatMap(({ id = "", name = "", apiStages = [] }) =>
      apiStages.flatMap(({ apiId, stage }): StageUse[] =>
        apiId === restApiId && stage !== undefined
          ? [{ stageName: stage, user: { kind: "usage-plan", id, name } }]
          : [],
      ),
    );
    return { found, unknown: [] };
  });
};

const domainUsers = (read: Reader, restApiId: string): Promise<Seen> => {
  const doing = "read the custom domain names";
  return unlessDenied(doing, async () => {
    const domains = await read<DomainName>({
      operation: "GetDomainNames",
      resource: "/domainnames",
      doing,
      page: ({ client }, position) => client.send(new GetDomainNamesCommand({ limit: LIMIT, position })),
    });
    const parts = await Promise.all(
      domains.flatMap((domain) => [mappingsOf(read, domain, restApiId), rulesOf(read, domain, restApiId)]),
    );
    return { found: parts.flatMap(({ found }) => found), unknown: parts.flatMap(({ unknown }) => unknown) };
  });
};

/** A mapping without a stage leaves the choice to callers, and names none. */
const mappingsOf = (read: Reader, domain: DomainName, restApiId: string): Promise<Seen> => {
  const { domainName = "", domainNameId } = domain;
  const doing = `read the base path mappings of domain ${domainName}`;
  return unlessDenied(doing, async () => {
    const mappings = await read<BasePathMapping>({
      operation: "GetBasePathMappings",
      resource: `/domainnames/${domainName}/basepathmappings`,
      doing,
      page: ({ client }, position) =>
        client.send(new GetBasePathMappingsCommand({ domainName, domainNameId, limit: LIMIT, position })),
    });
    const found = mappings.flatMap(({ basePath = "", restApiId: mapped, stage }): StageUse[] =>
      mapped === restApiId && stage
        ? [{ stageName: stage, user: { kind: "base-path-mapping", domainName, basePath } }]
        : [],
    );
    return { found, unknown: [] };
  });
};

/** Only a domain whose mode says so sends requests by rules (Developer Guide, "Set the routing mode"). */
const rulesOf = async (read: Reader, domain: DomainName, restApiId: string): Promise<Seen> => {
  const { domainName = "", domainNameId, routingMode = "BASE_PATH_MAPPING_ONLY" } = domain;
  if (routingMode === "BASE_PATH_MAPPING_ONLY") return { found: [], unknown: [] };
  const doing = `read the routing rules of domain ${domainName}`;
  return unlessDenied(doing, async () => {
    const rules = await read<RoutingRule>({
      operation: "ListRoutingRules",
      resource: `/domainnames/${domainName}/routingrules`,
      doing,
      page: async ({ secondClient }, position) => {
        const list = new ListRoutingRulesCommand({
          DomainName: domainName,
          DomainNameId: domainNameId,
          NextToken: position,
        });
        const { RoutingRules, NextToken } = await secondClient.send(list);
        return { items: RoutingRules, position: NextToken };
      },
    });
    const found = rules.flatMap(({ RoutingRuleId: id = "", Actions = [] }) =>
      Actions.flatMap(({ InvokeApi }): StageUse[] =>
        InvokeApi?.ApiId === restApiId && InvokeApi.Stage !== undefined
          ? [{ stageName: InvokeApi.Stage, user: { kind: "routing-rule", domainName, id } }]
          : [],
      ),
    );
    return { found, unknown: [] };
  });
};
