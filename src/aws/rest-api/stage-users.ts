import { GetBasePathMappingsCommand, GetDomainNamesCommand } from "@aws-sdk/client-api-gateway";
import * as z from "zod/mini";
import { ActionError } from "../../domain/errors.ts";
import type { RuledDomain } from "../../domain/routing-rule.ts";
import type { StageUser, StageUsers } from "../../domain/stage-users.ts";
import { given, pageOf, text } from "../checked.ts";
import { PAGE_LIMIT, type Page, readPages } from "../pages.ts";
import { emptyWhenMissing, type Session } from "../session.ts";
import { getUsagePlans } from "./usage-plans.ts";

/**
 * Usage plans, base path mappings and routing rules that name one of the stages, by stage name. Throws ActionError, but
 * not for a missing permission: then what cannot be seen is named as unknown. Who knows the rules of a domain reads
 * them once: those of `rulesKnownOf` are left out.
 */
export const findStageUsers = async (
  session: Session,
  stageNames: readonly string[],
  rulesKnownOf?: Pick<RuledDomain, "name" | "id">,
): Promise<ReadonlyMap<string, StageUsers>> => {
  if (stageNames.length === 0) return new Map();
  const parts = await Promise.all([usagePlanUsers(session), domainUsers(session, rulesKnownOf)]);
  return byStage(stageNames, parts);
};

export const byStage = (
  stageNames: readonly string[],
  parts: readonly UsersSeen[],
): ReadonlyMap<string, StageUsers> => {
  const unknown = [...new Set(parts.flatMap((part) => part.unknown))];
  return new Map(
    stageNames.map((stageName) => {
      const found = parts.flatMap((part) => part.found.filter((use) => use.stageName === stageName));
      return [stageName, { found: found.map(({ user }) => user), unknown }];
    }),
  );
};

type StageUse = { readonly stageName: string; readonly user: StageUser };
export type UsersSeen = { readonly found: readonly StageUse[]; readonly unknown: readonly string[] };

type List<T> = {
  readonly operation: string;
  readonly resource: string;
  readonly doing: string;
  readonly page: (position: string | undefined) => Promise<Page<T>>;
};

/** A list that is not there (any more) is empty: somebody else deleted the domain meanwhile. */
export const readList = <T>(
  { pacing, pacer, callBeside }: Pick<Session, "pacing" | "pacer" | "callBeside">,
  { operation, resource, doing, page }: List<T>,
): Promise<readonly T[]> =>
  readPages(
    callBeside(operation, resource, doing),
    pacing,
    (position) => emptyWhenMissing(page(position)),
    () => pacer.turn(),
  );

const domain = z.object({
  domainName: given,
  domainNameId: z.optional(text),
  routingMode: z.optional(text),
});
type Domain = z.infer<typeof domain>;
const mapping = z.object({ basePath: z.optional(text), restApiId: z.optional(text), stage: z.optional(text) });

/** What is refused becomes a sentence about what is not known. */
export const unlessDenied = async (doing: string, look: () => Promise<UsersSeen>): Promise<UsersSeen> => {
  try {
    return await look();
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.code !== "ACCESS_DENIED") throw thrown;
    return { found: [], unknown: [`Could not ${doing}, so what uses the stage there is not known. ${thrown.remedy}`] };
  }
};

const usagePlanUsers = (session: Session): Promise<UsersSeen> => {
  const doing = "read the usage plans";
  return unlessDenied(doing, async () => {
    const found = (await getUsagePlans(session)).flatMap(({ id, name, stages }) =>
      stages.flatMap(({ restApiId, stageName }): StageUse[] =>
        restApiId === session.restApiId ? [{ stageName, user: { kind: "usage-plan", id, name } }] : [],
      ),
    );
    return { found, unknown: [] };
  });
};

const domainUsers = (session: Session, known?: Pick<RuledDomain, "name" | "id">): Promise<UsersSeen> => {
  const doing = "read the custom domain names";
  return unlessDenied(doing, async () => {
    const domains = await readList(session, {
      operation: "GetDomainNames",
      resource: "/domainnames",
      doing,
      page: async (position) => {
        const list = new GetDomainNamesCommand({ limit: PAGE_LIMIT, position });
        return pageOf(domain, await session.client.send(list, session.readOptions));
      },
    });
    const isKnown = ({ domainName, domainNameId }: Domain): boolean =>
      domainName === known?.name && domainNameId === known.id;
    const parts = await Promise.all(
      domains.flatMap((one) => [mappingsOf(session, one), ...(isKnown(one) ? [] : [rulesOf(session, one)])]),
    );
    return { found: parts.flatMap(({ found }) => found), unknown: parts.flatMap(({ unknown }) => unknown) };
  });
};

/** A mapping without a stage leaves the choice to callers, and names none. */
const mappingsOf = (session: Session, { domainName, domainNameId }: Domain): Promise<UsersSeen> => {
  const doing = `read the base path mappings of domain ${domainName}`;
  return unlessDenied(doing, async () => {
    const mappings = await readList(session, {
      operation: "GetBasePathMappings",
      resource: `/domainnames/${domainName}/basepathmappings`,
      doing,
      page: async (position) => {
        const list = new GetBasePathMappingsCommand({ domainName, domainNameId, limit: PAGE_LIMIT, position });
        return pageOf(mapping, await session.client.send(list, session.readOptions));
      },
    });
    const found = mappings.flatMap(({ basePath = "", restApiId, stage }): StageUse[] =>
      restApiId === session.restApiId && stage
        ? [{ stageName: stage, user: { kind: "base-path-mapping", domainName, basePath } }]
        : [],
    );
    return { found, unknown: [] };
  });
};

/** Only a domain whose mode says so sends requests by rules (Developer Guide, "Set the routing mode"). */
const rulesOf = async (session: Session, domain: Domain): Promise<UsersSeen> => {
  const { domainName, domainNameId, routingMode } = domain;
  if (routingMode === undefined || routingMode === "BASE_PATH_MAPPING_ONLY") return { found: [], unknown: [] };
  // Few runs ask for them, and the others do not load what it takes.
  const { openRoutingRules } = await import(/* webpackChunkName: "routing-rules" */ "./routing-rules.ts");
  return unlessDenied(`read the routing rules of domain ${domainName}`, async () => {
    const rules = await openRoutingRules(session, { name: domainName, id: domainNameId }).list("paced");
    const found = rules.flatMap(({ id, restApiId, stageName }): StageUse[] =>
      restApiId === session.restApiId && stageName !== undefined
        ? [{ stageName, user: { kind: "routing-rule", domainName, domainNameId, id } }]
        : [],
    );
    return { found, unknown: [] };
  });
};
