import type { World } from "../../gateway/model.ts";
import { badRequest, conflict } from "../../gateway/service-error.ts";
import { deployAutomatically } from "../auto-deploy.ts";
import type { Api, Authorizer } from "../model.ts";
import type { Operation } from "../operation.ts";
import { quotaReached } from "../refusals.ts";
import { requireApi, requireItem } from "./identifiers.ts";
import { readsOf } from "./reads.ts";

/** Amazon API Gateway quotas. */
const authorizersPerApi = 10;

/** An authorizer that is not yet the draft's. */
export const newAuthorizer = (world: World, api: Api, members: Omit<Authorizer, "authorizerId">): Authorizer => {
  if (api.draft.authorizers.size >= authorizersPerApi) throw quotaReached("Authorizers");
  const authorizer = { ...members, authorizerId: world.newId(6) } as Authorizer;
  checkAuthorizer(api, authorizer);
  return authorizer;
};

/** API reference, CreateAuthorizer: what each type and each protocol needs. */
const checkAuthorizer = ({ protocolType, draft }: Api, authorizer: Authorizer): void => {
  const { authorizerId, name, authorizerType, jwtConfiguration, authorizerUri } = authorizer;
  if ([...draft.authorizers.values()].some((other) => other.authorizerId !== authorizerId && other.name === name)) {
    throw badRequest("Authorizer name must be unique. Authorizer already exists in this API.");
  }
  if (authorizerType === "JWT") {
    if (protocolType === "WEBSOCKET") throw badRequest("JWT authorizers are not supported on protocolType WEBSOCKET");
    if (!jwtConfiguration?.issuer) throw badRequest("Issuer is required for authorizerType JWT");
    if (!/^https:\/\//.test(jwtConfiguration.issuer)) throw badRequest("Invalid issuer: must begin with https://");
    if (authorizer.identitySource.length !== 1) throw badRequest("Identity source must be one for authorizerType JWT");
    return;
  }
  if (!authorizerUri) throw badRequest("AuthorizerUri is required for authorizerType REQUEST");
  if (protocolType === "HTTP" && authorizer.authorizerPayloadFormatVersion === undefined) {
    throw badRequest("AuthorizerPayloadFormatVersion is a required parameter for authorizer");
  }
};

const createAuthorizer: Operation = ({ apiId, ...members }, world) => {
  const api = requireApi(world, apiId);
  const authorizer = newAuthorizer(world, api, members);
  api.draft.authorizers.set(authorizer.authorizerId, authorizer);
  return structuredClone(authorizer);
};

const updateAuthorizer: Operation = ({ apiId, authorizerId, ...members }, world) => {
  const api = requireApi(world, apiId);
  const authorizer = { ...requireItem(api.draft.authorizers, authorizerId, "Authorizer"), ...members };
  checkAuthorizer(api, authorizer);
  api.draft.authorizers.set(authorizerId, authorizer);
  deployAutomatically(world, api);
  return structuredClone(authorizer);
};

const deleteAuthorizer: Operation = (input, world) => {
  const api = requireApi(world, input.apiId);
  const { authorizerId } = requireItem(api.draft.authorizers, input.authorizerId, "Authorizer");
  const user = [...api.draft.routes.values()].find((route) => route.authorizerId === authorizerId);
  if (user) throw conflict(`Cannot delete authorizer '${authorizerId}', is referenced in route: ${user.routeKey}`);
  api.draft.authorizers.delete(authorizerId);
};

export const authorizerOperations: Record<string, Operation> = {
  CreateAuthorizer: createAuthorizer,
  ...readsOf({
    name: "Authorizer",
    idMember: "authorizerId",
    of: ({ draft }) => draft.authorizers,
    view: structuredClone,
  }),
  UpdateAuthorizer: updateAuthorizer,
  DeleteAuthorizer: deleteAuthorizer,
};
