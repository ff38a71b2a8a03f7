import type { RestApi } from "../domain/stage.ts";
import type { DefinitionRequest } from "../inputs/definition/definition-inputs.ts";

/** Something that the API has, that an import takes away, and that the definition does not ask for. */
export type TakenAway = {
  /** The end of a sentence that begins with "The import": "removes the resource policy". */
  readonly what: string;
  /** Whole sentences: what that does to callers or people, and how the definition keeps it. */
  readonly effect: string;
};

/**
 * What an import would do to the settings of the API that the definition does not speak of. An overwrite replaces the
 * whole definition (API reference, PutRestApi); that endpoint settings go, too, is what Terraform's provider was built
 * for, which sets them again after each import. The endpoint's type stays. The name changes in both modes (recorded).
 */
export const settingsTakenAway = (api: RestApi, { definition, mode }: DefinitionRequest): readonly TakenAway[] => [
  ...renamed(api, definition.settings.title),
  ...(mode === "overwrite" ? removed(api, definition.settings) : []),
];

/** One of them, for people. */
export const takenAwayWarning = ({ what, effect }: TakenAway): string => `The import ${what}. ${effect}`;

const renamed = ({ name, kind }: RestApi, title: string | undefined): readonly TakenAway[] =>
  title === undefined || title === name || name === ""
    ? []
    : [
        {
          what: `renames the API from ${name} to ${title}`,
          effect:
            kind.metrics.api === "ApiId"
              ? KEPT_BY_ID
              : "CloudWatch keeps metrics by the API's name, so alarms and dashboards on the old one fall silent. To keep the name, give it to `info.title`.",
        },
      ];

const KEPT_BY_ID =
  "Whoever looks for the API by its name no longer finds it. To keep the name, give it to `info.title`.";

type Said = DefinitionRequest["definition"]["settings"];

const removed = (api: RestApi, said: Said): readonly TakenAway[] => {
  const mediaTypes = api.binaryMediaTypes.filter((type) => !said.binaryMediaTypes.includes(type));
  return [
    ...(api.hasPolicy && !said.hasPolicy ? [POLICY] : []),
    ...(api.hasCors === true && !said.namesCors ? [CORS] : []),
    ...(mediaTypes.length > 0 ? [binaryMediaTypes(mediaTypes)] : []),
    ...(api.minimumCompressionSize !== undefined && !said.namesCompression
      ? [compression(api.minimumCompressionSize)]
      : []),
    ...(api.apiKeySource !== "HEADER" && !said.namesApiKeySource ? [apiKeySource(api.apiKeySource)] : []),
    ...(api.defaultEndpointDisabled && said.disablesDefaultEndpoint === undefined ? [DEFAULT_ENDPOINT] : []),
    ...(api.vpcEndpointIds.length > 0 && said.vpcEndpointIds === undefined ? [vpcEndpoints(api.vpcEndpointIds)] : []),
  ];
};

const kept = (extension: string): string => `To keep it, name it in the file (\`${extension}\`).`;

const POLICY: TakenAway = {
  what: "removes the resource policy",
  effect: `Whom it kept out gets in, and a private API without one cannot be deployed. ${kept("x-amazon-apigateway-policy")}`,
};

/** That it can go is what Terraform's provider was built for, which sets it again after each import. */
const CORS: TakenAway = {
  what: "may remove the CORS configuration",
  effect: `Browsers would then keep pages of other origins from calling the API. ${kept("x-amazon-apigateway-cors")}`,
};

const binaryMediaTypes = (types: readonly string[]): TakenAway => ({
  what: `removes the binary media ${types.length === 1 ? "type" : "types"} ${types.join(", ")}`,
  effect: `Bodies of ${types.length === 1 ? "this type" : "these types"} are treated as text from the next deployment on, which breaks uploads and downloads. ${kept("x-amazon-apigateway-binary-media-types")}`,
});

const compression = (bytes: number): TakenAway => ({
  what: `removes the minimum compression size (${bytes} bytes)`,
  effect: `Answers are no longer compressed. ${kept("x-amazon-apigateway-minimum-compression-size")}`,
});

const apiKeySource = (source: string): TakenAway => ({
  what: `sets the source of API keys from ${source} back to HEADER`,
  effect: `Keys are then looked for in the header x-api-key alone. ${kept("x-amazon-apigateway-api-key-source")}`,
});

const ENDPOINT = "x-amazon-apigateway-endpoint-configuration";

const DEFAULT_ENDPOINT: TakenAway = {
  what: "may switch the API's default endpoint on again",
  effect: `Callers could then go round the custom domain. ${kept(`disableExecuteApiEndpoint in ${ENDPOINT}`)}`,
};

const vpcEndpoints = (ids: readonly string[]): TakenAway => ({
  what: `may take the API off its VPC ${ids.length === 1 ? "endpoint" : "endpoints"} ${ids.join(", ")}`,
  effect: `Callers that use the endpoint's own URL would not find the API any more. ${kept(`vpcEndpointIds in ${ENDPOINT}`)}`,
});
