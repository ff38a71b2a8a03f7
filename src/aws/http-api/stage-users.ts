import { GetApiMappingsCommand, GetDomainNamesCommand } from "@aws-sdk/client-apigatewayv2";
import type { StageUsers } from "../../domain/stage-users.ts";
import { byStage, readList, type UsersSeen, unlessDenied } from "../rest-api/stage-users.ts";
import { domainsPage, mappingsPage } from "./answers.ts";
import { PAGE_SIZE, type Session } from "./session.ts";

/**
 * API mappings that name one of the stages, by stage name; rules of domains lead to REST APIs alone (Developer Guide,
 * "Routing rules"). Throws ActionError, but not for a missing permission: then what cannot be seen is named as unknown.
 */
export const findStageUsers = async (
  session: Session,
  stageNames: readonly string[],
): Promise<ReadonlyMap<string, StageUsers>> =>
  stageNames.length === 0 ? new Map() : byStage(stageNames, [await domainUsers(session)]);

const domainUsers = (session: Session): Promise<UsersSeen> => {
  const doing = "read the custom domain names";
  const { client, readOptions } = session;
  return unlessDenied(doing, async () => {
    const domains = await readList(session, {
      operation: "GetDomainNames",
      resource: "/domainnames",
      doing,
      page: (NextToken) =>
        client.send(new GetDomainNamesCommand({ NextToken, MaxResults: PAGE_SIZE }), readOptions).then(domainsPage),
    });
    const parts = await Promise.all(domains.map(({ domainName }) => mappingsOf(session, domainName)));
    return { found: parts.flatMap(({ found }) => found), unknown: parts.flatMap(({ unknown }) => unknown) };
  });
};

const mappingsOf = (session: Session, DomainName: string): Promise<UsersSeen> => {
  const doing = `read the API mappings of domain ${DomainName}`;
  const { client, readOptions, restApiId } = session;
  return unlessDenied(doing, async () => {
    const mappings = await readList(session, {
      operation: "GetApiMappings",
      resource: `/domainnames/${DomainName}/apimappings`,
      doing,
      page: (NextToken) =>
        client
          .send(new GetApiMappingsCommand({ DomainName, NextToken, MaxResults: PAGE_SIZE }), readOptions)
          .then(mappingsPage),
    });
    const found = mappings.flatMap(({ apiId, stage, basePath }): UsersSeen["found"] =>
      apiId === restApiId && stage
        ? [{ stageName: stage, user: { kind: "base-path-mapping", domainName: DomainName, basePath } }]
        : [],
    );
    return { found, unknown: [] };
  });
};
