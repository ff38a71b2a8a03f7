import {
  GetAccountCommand,
  GetResourcesCommand,
  PutRestApiCommand,
  type Resource as SdkResource,
  TagResourceCommand,
} from "@aws-sdk/client-api-gateway";
import type { ImportMode } from "../../domain/definition.ts";
import type { CloudWatchRole, Draft } from "../../domain/stage.ts";
import { read, write } from "../retry.ts";
import { type Session, undefinedWhenDenied } from "../session.ts";

/** The draft of one REST API, and what else concerns the API as a whole. Every method throws ActionError, and nothing else. */
export type Drafts = {
  /** `undefined` where the role may not read it. */
  readonly getDraft: () => Promise<Draft | undefined>;
  /** Answers the service's warnings; with `failOnWarnings` they are an error, and the import is undone. */
  readonly importDefinition: (
    file: string,
    bytes: Uint8Array,
    mode: ImportMode,
    failOnWarnings: boolean,
  ) => Promise<readonly string[]>;
  readonly tagRestApi: (tags: Readonly<Record<string, string>>) => Promise<void>;
  readonly getCloudWatchRole: () => Promise<CloudWatchRole>;
};

export const draftsOf = (session: Session): Drafts => {
  const { client, restApiId, path, arnPrefix, pacing, readOptions, call } = session;
  return {
    getDraft: async () => {
      const resources = await undefinedWhenDenied(allResources(session));
      return resources && draftOf(resources);
    },

    // The same file again leads to the same draft, so a lost answer needs no looking up.
    importDefinition: (file, body, mode, failOnWarnings) =>
      write(
        { ...call("PutRestApi", "PUT", path, `import ${file} into the draft`), file },
        pacing,
        () =>
          client
            .send(new PutRestApiCommand({ restApiId, body, mode, failOnWarnings }))
            .then(({ warnings }) => warnings ?? []),
        async () => undefined,
      ),

    tagRestApi: async (tags) => {
      const resourceArn = `${arnPrefix}${path}`;
      await write(
        call(
          "TagResource",
          "PUT",
          `/tags/${encodeURIComponent(resourceArn)}`,
          "write what the draft holds on the tags",
        ),
        pacing,
        () => client.send(new TagResourceCommand({ resourceArn, tags })),
        async () => undefined,
      );
    },

    getCloudWatchRole: async () => {
      const account = await undefinedWhenDenied(
        read(call("GetAccount", "GET", "/account", "read the account's settings"), pacing, () =>
          client.send(new GetAccountCommand({}), readOptions),
        ),
      );
      if (account === undefined) return "unknown";
      return account.cloudwatchRoleArn ? "present" : "absent";
    },
  };
};

const allResources = async (session: Session): Promise<readonly SdkResource[]> => {
  const { client, restApiId, path, pacing, readOptions, call } = session;
  const found: SdkResource[] = [];
  let position: string | undefined;
  do {
    const page = await read(call("GetResources", "GET", `${path}/resources`, "read the draft"), pacing, () =>
      client.send(new GetResourcesCommand({ restApiId, embed: ["methods"], limit: 500, position }), readOptions),
    );
    found.push(...(page.items ?? []));
    position = page.position;
  } while (position !== undefined);
  return found;
};

const draftOf = (resources: readonly SdkResource[]): Draft => {
  const methods = resources.flatMap(({ path = "", resourceMethods = {} }) =>
    Object.entries(resourceMethods).map(([verb, method]) => ({ verb, path, integration: method.methodIntegration })),
  );
  return {
    routes: methods.map(({ verb, path }) => ({ verb, path })),
    integrations: methods.map(({ verb, path, integration }) => ({
      route: `${verb} ${path}`,
      text: JSON.stringify(integration ?? {}),
    })),
  };
};
