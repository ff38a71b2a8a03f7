import { GetBasePathMappingsCommand, GetDomainNameCommand } from "@aws-sdk/client-api-gateway";
import { ApiGatewayV2Client, GetApiMappingsCommand } from "@aws-sdk/client-apigatewayv2";
import * as z from "zod/mini";
import type { ApiMapping, DomainFacts } from "../../domain/preview-domain.ts";
import type { RuledDomain } from "../../domain/routing-rule.ts";
import type { ListedApi } from "../../domain/stage.ts";
import { asAsked } from "../as-asked.ts";
import { checked, given, pageOf, text } from "../checked.ts";
import type { DomainReader } from "../gateway.ts";
import { PAGE_LIMIT, readPages } from "../pages.ts";
import { read } from "../retry.ts";
import { emptyWhenMissing, type Session, undefinedWhenDenied, undefinedWhenMissing } from "../session.ts";
import { requireWholeAnswers } from "../whole-answer.ts";

type Domain = Pick<RuledDomain, "name" | "id">;

/** `httpApis`: lists those of the account and Region. */
export const openDomainReader = (
  session: Session,
  domain: Domain,
  httpApis: () => Promise<readonly ListedApi[]>,
): DomainReader => {
  const versionTwo = new ApiGatewayV2Client(session.settings);
  requireWholeAnswers(versionTwo);
  return {
    facts: () => readFacts(session, domain),
    // The second version tells mappings of several levels, and knows no private domain.
    mappings: () =>
      domain.id === undefined ? apiMappings(session, versionTwo, domain) : basePathMappings(session, domain),
    httpApis: async () => {
      const found = await undefinedWhenDenied(httpApis());
      return found && new Set(found.map((one) => ("because" in one ? one.api.id : one.id)));
    },
  };
};

const pathOf = ({ name, id }: Domain): string => `/domainnames/${id === undefined ? name : `${name}+${id}`}`;

const domainAnswer = z.object({
  domainName: given,
  routingMode: z.optional(text),
  endpointConfiguration: z.optional(z.object({ types: z.optional(z.array(text)) })),
});

const readFacts = (
  { client, pacing, readOptions, callBeside }: Session,
  domain: Domain,
): Promise<DomainFacts | undefined> => {
  const get = new GetDomainNameCommand({ domainName: domain.name, domainNameId: domain.id });
  return read(callBeside("GetDomainName", pathOf(domain), `read custom domain ${domain.name}`), pacing, () =>
    undefinedWhenMissing(
      client.send(get, readOptions).then((answer) => {
        const isAsked = asAsked<z.infer<typeof domainAnswer>>("domain", domain.name, ({ domainName }) => domainName);
        const { routingMode, endpointConfiguration } = isAsked(checked(domainAnswer, answer));
        const isPrivate = endpointConfiguration?.types?.includes("PRIVATE") === true;
        return { routingMode, visibility: isPrivate ? "private" : "public" };
      }),
    ),
  );
};

const apiMapping = z.object({ ApiId: given, ApiMappingKey: z.optional(text) });

const apiMappings = async (
  { pacing, readOptions, callBeside }: Session,
  client: ApiGatewayV2Client,
  domain: Domain,
): Promise<readonly ApiMapping[]> => {
  const doing = `read the API mappings of domain ${domain.name}`;
  const found = await readPages(
    callBeside("GetApiMappings", `${pathOf(domain)}/apimappings`, doing),
    pacing,
    (position) =>
      emptyWhenMissing(
        client
          .send(new GetApiMappingsCommand({ DomainName: domain.name, NextToken: position }), readOptions)
          .then(({ Items, NextToken }) => pageOf(apiMapping, { items: Items, position: NextToken })),
      ),
  );
  return found.map(({ ApiId, ApiMappingKey = "" }) => ({ apiId: ApiId, basePath: ApiMappingKey }));
};

const basePathMapping = z.object({ basePath: z.optional(text), restApiId: given });

const basePathMappings = async (
  { client, pacing, readOptions, callBeside }: Session,
  domain: Domain,
): Promise<readonly ApiMapping[]> => {
  const doing = `read the base path mappings of domain ${domain.name}`;
  const names = { domainName: domain.name, domainNameId: domain.id, limit: PAGE_LIMIT };
  const found = await readPages(
    callBeside("GetBasePathMappings", `${pathOf(domain)}/basepathmappings`, doing),
    pacing,
    (position) =>
      emptyWhenMissing(
        client
          .send(new GetBasePathMappingsCommand({ ...names, position }), readOptions)
          .then((answer) => pageOf(basePathMapping, answer)),
      ),
  );
  return found.map(({ basePath, restApiId }) => ({
    apiId: restApiId,
    basePath: basePath === undefined || basePath === "(none)" ? "" : basePath,
  }));
};
