import type { ImportedPart } from "./documentation-parts.ts";

/** What a definition says, whichever dialect it is written in, before it meets a draft. */
export type ImportedApi = {
  readonly title?: string;
  readonly description?: string;
  readonly version?: string;
  /** Starts with a slash, or is empty. */
  readonly basePath: string;
  readonly policy?: string;
  readonly binaryMediaTypes: readonly string[];
  readonly minimumCompressionSize?: number;
  readonly apiKeySource?: string;
  readonly disableExecuteApiEndpoint?: boolean;
  readonly vpcEndpointIds?: string[];
  readonly models: readonly ImportedModel[];
  /** By the name of their security scheme. Members as the SDK's `Authorizer` shape names them, without `id`. */
  readonly authorizers: ReadonlyMap<string, Record<string, unknown>>;
  readonly gatewayResponses: ReadonlyMap<string, Record<string, unknown>>;
  readonly requestValidators: ReadonlyMap<string, Record<string, unknown>>;
  /** Paths with at least one segment or none; a path without methods is a resource all the same. */
  readonly paths: readonly ImportedPath[];
  readonly documentationParts: readonly ImportedPart[];
  readonly warnings: readonly string[];
};

export type ImportedModel = { readonly name: string; readonly schema: unknown; readonly description?: string };

export type ImportedPath = { readonly path: string; readonly methods: readonly ImportedMethod[] };

export type ImportedMethod = {
  /** GET, …, ANY. */
  readonly verb: string;
  readonly authorizationType: string;
  /** The security scheme's name. */
  readonly authorizer?: string;
  readonly authorizationScopes?: string[];
  readonly apiKeyRequired: boolean;
  readonly operationName?: string;
  readonly requestParameters: Record<string, boolean>;
  readonly requestModels: Record<string, string>;
  readonly requestValidator?: string;
  readonly responses: readonly ImportedResponse[];
  /** The extension as it stands. */
  readonly integration?: Readonly<Record<string, unknown>>;
};

export type ImportedResponse = {
  readonly statusCode: string;
  readonly headers: readonly string[];
  readonly models: Record<string, string>;
};
