import { badRequest, conflict } from "../../gateway/service-error.ts";
import type { Api, IntegrationResponse, RouteResponse } from "../model.ts";
import type { Operation, OperationInput } from "../operation.ts";
import { requireApi, requireItem } from "./identifiers.ts";
import { readsOf } from "./reads.ts";

/** What answers can be made of, which WebSocket APIs alone have: of their routes and of their integrations. */
type Kind<Item> = {
  /** `RouteResponse` */
  readonly name: string;
  readonly idMember: string;
  readonly keyMember: string;
  /** Those of the route or the integration that the input names. */
  readonly of: (api: Api, input: OperationInput) => Map<string, Item>;
  /** What an input says that is no address. */
  readonly membersOf: (input: OperationInput) => Record<string, unknown>;
};

const routeResponses: Kind<RouteResponse> = {
  name: "RouteResponse",
  idMember: "routeResponseId",
  keyMember: "routeResponseKey",
  of: ({ draft }, { routeId }) => requireItem(draft.routes, routeId, "Route").responses,
  membersOf: ({ apiId: _, routeId: __, ...members }) => members,
};

const integrationResponses: Kind<IntegrationResponse> = {
  name: "IntegrationResponse",
  idMember: "integrationResponseId",
  keyMember: "integrationResponseKey",
  of: ({ draft }, { integrationId }) => requireItem(draft.integrations, integrationId, "Integration").responses,
  membersOf: ({ apiId: _, integrationId: __, ...members }) => members,
};

const ofWebSocketApi = (api: Api, name: string): Api => {
  if (api.protocolType === "WEBSOCKET") return api;
  throw badRequest(`${name}s are not supported on protocolType HTTP`);
};

const operationsOf = <Item>({ name, idMember, keyMember, of, membersOf }: Kind<Item>): Record<string, Operation> => ({
  [`Create${name}`]: (input, world) => {
    const items = of(ofWebSocketApi(requireApi(world, input.apiId), name), input);
    const key = input[keyMember];
    if ([...items.values()].some((item) => Object(item)[keyMember] === key)) {
      throw conflict(`${name} with key ${key} already exists`);
    }
    const item = { ...membersOf(input), [idMember]: world.newId(6) } as Item;
    items.set(Object(item)[idMember], item);
    return structuredClone(item);
  },
  ...readsOf({ name, idMember, of, view: structuredClone }),
  [`Update${name}`]: (input, world) => {
    const items = of(requireApi(world, input.apiId), input);
    const item = { ...requireItem(items, input[idMember], name), ...membersOf(input) };
    items.set(input[idMember], item);
    return structuredClone(item);
  },
  [`Delete${name}`]: (input, world) => {
    const items = of(requireApi(world, input.apiId), input);
    requireItem(items, input[idMember], name);
    items.delete(input[idMember]);
  },
});

export const responseOperations: Record<string, Operation> = {
  ...operationsOf(routeResponses),
  ...operationsOf(integrationResponses),
};
