import {
  GetAuthorizersCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  ReimportApiCommand,
  TagResourceCommand,
} from "@aws-sdk/client-apigatewayv2";
import * as z from "zod/mini";
import { asAsked } from "../as-asked.ts";
import { checked, given, text } from "../checked.ts";
import type { Drafts, ImportSaid } from "../gateway.ts";
import { readPages } from "../pages.ts";
import { write } from "../retry.ts";
import { undefinedWhenDenied } from "../session.ts";
import { authorizersPage, draftOf, integrationsPage, routesPage } from "./answers.ts";
import { PAGE_SIZE, type Session } from "./session.ts";

/** The draft of one HTTP or WebSocket API. */
export const draftsOf = (session: Session): Drafts => ({
  getDraft: () => undefinedWhenDenied(getDraft(session)),
  getAuthorizers: () => undefinedWhenDenied(getAuthorizers(session)),
  importDefinition: (file, bytes, _mode, failOnWarnings) => reimportApi(session, file, bytes, failOnWarnings),
  tagApi: (tags) => tagApi(session, tags),
  // Access logs of these APIs go by the caller's own permissions (Developer Guide, "Configure logging for HTTP APIs").
  getCloudWatchRole: async () => "unknown",
});

const getDraft = async ({ client, restApiId: ApiId, path, pacing, readOptions, call }: Session) => {
  const about = call("GetRoutes", "GET", `${path}/routes`, "read the routes");
  const alsoAbout = call("GetIntegrations", "GET", `${path}/integrations`, "read the integrations");
  const [routes, integrations] = await Promise.all([
    readPages(about, pacing, (NextToken) =>
      client.send(new GetRoutesCommand({ ApiId, NextToken, MaxResults: PAGE_SIZE }), readOptions).then(routesPage),
    ),
    readPages(alsoAbout, pacing, (NextToken) =>
      client
        .send(new GetIntegrationsCommand({ ApiId, NextToken, MaxResults: PAGE_SIZE }), readOptions)
        .then(integrationsPage),
    ),
  ]);
  return draftOf(routes, integrations);
};

const getAuthorizers = ({ client, restApiId: ApiId, path, pacing, readOptions, call }: Session) =>
  readPages(
    call("GetAuthorizers", "GET", `${path}/authorizers`, "read the draft's authorizers"),
    pacing,
    async (NextToken) => {
      const list = new GetAuthorizersCommand({ ApiId, NextToken, MaxResults: PAGE_SIZE });
      return authorizersPage(await client.send(list, readOptions));
    },
  );

const importAnswer = z.object({
  ApiId: given,
  Warnings: z.optional(z.array(text)),
  ImportInfo: z.optional(z.array(text)),
});

const importSaid =
  (apiId: string) =>
  (answer: unknown): ImportSaid => {
    const isAsked = asAsked<z.infer<typeof importAnswer>>("API", apiId, ({ ApiId }) => ApiId);
    const { Warnings = [], ImportInfo = [] } = isAsked(checked(importAnswer, answer));
    return { warnings: Warnings, information: ImportInfo };
  };

/** The same file again leads to the same draft, so a lost answer needs no looking up; only time to be done. */
const reimportApi = (
  { client, restApiId: ApiId, path, pacing, writeOptions, call }: Session,
  file: string,
  bytes: Uint8Array,
  FailOnWarnings: boolean,
): Promise<ImportSaid> => {
  const about = { ...call("ReimportApi", "PUT", path, `import ${file} into the draft`), file };
  const Body = new TextDecoder().decode(bytes);
  return write(about, pacing, () =>
    client.send(new ReimportApiCommand({ ApiId, Body, FailOnWarnings }), writeOptions(about)).then(importSaid(ApiId)),
  );
};

const tagApi = async (
  { client, path, arnPrefix, pacing, call }: Session,
  tags: Readonly<Record<string, string>>,
): Promise<void> => {
  const ResourceArn = `${arnPrefix}${path}`;
  const resource = `/tags/${encodeURIComponent(ResourceArn)}`;
  await write(call("TagResource", "POST", resource, "write what the draft holds on the tags"), pacing, () =>
    client.send(new TagResourceCommand({ ResourceArn, Tags: { ...tags } })),
  );
};
