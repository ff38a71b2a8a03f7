import {
  GetAccountCommand,
  GetAuthorizersCommand,
  GetResourcesCommand,
  PutRestApiCommand,
  TagResourceCommand,
} from "@aws-sdk/client-api-gateway";
import { routeKey } from "../../domain/route.ts";
import type { CloudWatchRole, Draft } from "../../domain/stage.ts";
import { asAsked } from "../as-asked.ts";
import { authorizerText } from "../authorizer-texts.ts";
import type { Drafts, ImportSaid } from "../gateway.ts";
import { PAGE_LIMIT, readPages } from "../pages.ts";
import { read, write } from "../retry.ts";
import { type Session, undefinedWhenDenied } from "../session.ts";
import type { Resource } from "./answers.ts";
import { readBy } from "./read-by.ts";

export const draftsOf = (session: Session): Drafts => ({
  getDraft: async () => {
    const resources = await undefinedWhenDenied(getResources(session));
    return resources && draftOf(resources);
  },
  getAuthorizers: () => undefinedWhenDenied(getAuthorizers(session)),
  importDefinition: (file, body, mode, failOnWarnings) =>
    putRestApi(session, file, { restApiId: session.restApiId, body, mode, failOnWarnings }),
  tagApi: (tags) => tagApi(session, tags),
  getCloudWatchRole: () => getCloudWatchRole(session),
});

const getResources = ({ client, restApiId, path, pacing, readOptions, call }: Session): Promise<readonly Resource[]> =>
  readPages(call("GetResources", "GET", `${path}/resources`, "read the draft"), pacing, async (position) => {
    const list = new GetResourcesCommand({ restApiId, embed: ["methods"], limit: PAGE_LIMIT, position });
    return client.send(list, readOptions).then(readBy("resourcesIn"));
  });

const getAuthorizers = async ({ client, restApiId, path, pacing, readOptions, call }: Session) => {
  const about = call("GetAuthorizers", "GET", `${path}/authorizers`, "read the draft's authorizers");
  const authorizers = await readPages(about, pacing, async (position) => {
    const list = new GetAuthorizersCommand({ restApiId, limit: PAGE_LIMIT, position });
    return client.send(list, readOptions).then(readBy("authorizersIn"));
  });
  return authorizers.map((authorizer) => authorizerText(authorizer.name, authorizer));
};

/** The same file again leads to the same draft, so a lost answer needs no looking up; only time to be done. */
const putRestApi = (
  { client, restApiId, path, pacing, writeOptions, call }: Session,
  file: string,
  input: ConstructorParameters<typeof PutRestApiCommand>[0],
): Promise<ImportSaid> => {
  const about = { ...call("PutRestApi", "PUT", path, `import ${file} into the draft`), file };
  return write(about, pacing, () =>
    client
      .send(new PutRestApiCommand(input), writeOptions(about))
      .then(readBy("importSaid"))
      .then(asAsked("API", restApiId, ({ id }) => id))
      .then(({ warnings, information }) => ({ warnings, information })),
  );
};

const tagApi = async (
  { client, path, arnPrefix, pacing, call }: Session,
  tags: Readonly<Record<string, string>>,
): Promise<void> => {
  const resourceArn = `${arnPrefix}${path}`;
  const resource = `/tags/${encodeURIComponent(resourceArn)}`;
  await write(call("TagResource", "PUT", resource, "write what the draft holds on the tags"), pacing, () =>
    client.send(new TagResourceCommand({ resourceArn, tags })),
  );
};

const getCloudWatchRole = async ({ client, pacing, readOptions, call }: Session): Promise<CloudWatchRole> => {
  const about = call("GetAccount", "GET", "/account", "read the account's settings");
  const account = read(about, pacing, () =>
    client.send(new GetAccountCommand({}), readOptions).then(readBy("cloudWatchRoleOf")),
  );
  return (await undefinedWhenDenied(account)) ?? "unknown";
};

const draftOf = (resources: readonly Resource[]): Draft => {
  const methods = resources.flatMap(({ path, resourceMethods = {} }) =>
    Object.entries(resourceMethods).map(([verb, method]) => ({ route: routeKey({ verb, path }), method })),
  );
  return {
    routes: new Map(
      methods.map(({ route, method: { authorizationType = "NONE", apiKeyRequired = false } }) => [
        route,
        { authorizationType, apiKeyRequired },
      ]),
    ),
    integrations: methods.map(({ route, method }) => ({ route, text: JSON.stringify(method.methodIntegration ?? {}) })),
  };
};
