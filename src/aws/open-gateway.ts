import { ActionError } from "../domain/errors.ts";
import type { ListedApi, RestApi } from "../domain/stage.ts";
import { ALL } from "../inputs/status-request.ts";
import type { ApiGivenAs } from "../inputs/target.ts";
import type { Connection } from "./client.ts";
import type { Gateway } from "./gateway.ts";
import { openGateway as openRestGateway } from "./rest-api/gateway.ts";
import { restApi } from "./rest-api/kind.ts";
import type { Pacing } from "./retry.ts";

/**
 * The port to an API, whatever its kind. Only the service tells that: REST APIs and those of version 2 have ids of one
 * shape, and each version knows its own alone. Both are asked at once. Throws ActionError.
 */
export const openGateway = async (
  connection: Connection,
  { id, givenAs }: { readonly id: string; readonly givenAs: ApiGivenAs },
  pacing: Pacing,
): Promise<Gateway> => {
  const asRest = openRestGateway(connection, id, pacing);
  if (givenAs === "rest-api-id") return asRest;
  const { findHttpApi, getHttpApis } = await httpApiRoom();
  if (id === ALL) return { ...asRest, getApis: () => both(asRest.getApis(), getHttpApis(connection, pacing)) };
  const [rest, http] = await Promise.allSettled([asRest.getApi(), findHttpApi(connection, id, pacing)]);
  if (rest.status === "fulfilled") return knowing(rest.value, asRest);
  if (http.status === "fulfilled") return knowing(http.value.api, http.value.gateway);
  throw neither(id, rest.reason, http.reason);
};

/** The same of an API whose kind is known. */
export const openGatewayOf = async (
  connection: Connection,
  api: Pick<RestApi, "id" | "kind">,
  pacing: Pacing,
): Promise<Gateway> => {
  if (api.kind === restApi) return openRestGateway(connection, api.id, pacing);
  const { openHttpGateway } = await httpApiRoom();
  return openHttpGateway(connection, api, pacing);
};

/** Runs that are about REST APIs do not load what it takes. */
const httpApiRoom = () => import(/* webpackChunkName: "http-api" */ "./http-api/gateway.ts");

const both = async (...lists: readonly Promise<readonly ListedApi[]>[]): Promise<readonly ListedApi[]> =>
  (await Promise.all(lists)).flat();

/** What has been read already answers the first who asks. */
const knowing = (api: RestApi, gateway: Gateway): Gateway => {
  let known: RestApi | undefined = api;
  return {
    ...gateway,
    getApi: async () => {
      const read = known;
      known = undefined;
      return read ?? gateway.getApi();
    },
  };
};

/** What each version says of an API that it does not know, or must not show, is half of the answer. */
const neither = (id: string, rest: unknown, http: unknown): unknown => {
  if (!isHalf(rest)) return rest;
  if (!isHalf(http)) return http;
  const halves = [rest, http];
  return new ActionError({
    code: halves.find(({ kind }) => kind === "permission")?.code ?? rest.code,
    doing: `tell of which kind API ${id} is`,
    happened: halves.map(({ happened }) => happened).join("\n"),
    acted: "no",
    remedy: [...new Set(halves.map(({ remedy }) => remedy))].join("\n"),
  });
};

const isHalf = (thrown: unknown): thrown is ActionError =>
  thrown instanceof ActionError && (thrown.code === "UNKNOWN_API" || thrown.kind === "permission");
