import type { SimulatedRequest } from "../../http/exchange.ts";
import type { Account, PermissionKey, Profile, Repository, World } from "../model.ts";
import { accountOf } from "../world.ts";

/** A REST request by a known caller. */
export type Call = {
  readonly world: World;
  readonly profile: Profile;
  readonly request: SimulatedRequest;
  /** Base of the API's URLs, with `/api/v3` where the request came by it. No trailing slash. */
  readonly apiUrl: string;
  /** Decoded values of the route's placeholders. */
  readonly path: Readonly<Record<string, string>>;
};

/** A request under `/repos/{owner}/{repo}`, which the caller may see. */
export type RepositoryCall = Call & { readonly repository: Repository };

/** `body` absent: an empty answer. */
export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Need = { readonly key: PermissionKey; readonly access: "read" | "write" };

/** One operation. `needs`: alternatives, any of which suffices; empty where a valid token is enough. */
export type Route<C extends Call = RepositoryCall> = {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** `/repos/{owner}/{repo}/deployments` */
  readonly template: string;
  /** Page of the REST reference, below `https://docs.github.com/rest/`. */
  readonly docs: string;
  readonly needs: readonly Need[];
  /** Whether it counts against the secondary limit on creating content. */
  readonly createsContent?: true;
  /** Whether it is free of the primary limit. */
  readonly costsNothing?: true;
  readonly answer: (call: C) => Answer;
};

export const read = (...keys: readonly PermissionKey[]): Need[] => keys.map((key) => ({ key, access: "read" }));
export const write = (...keys: readonly PermissionKey[]): Need[] => keys.map((key) => ({ key, access: "write" }));

export const ok = (body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: 200,
  body,
  headers,
});

export const created = (body: { readonly url: string }): Answer => ({
  status: 201,
  body,
  headers: { location: body.url },
});

/** The account that the token speaks for. */
export const callerOf = (call: Pick<Call, "world" | "profile">): Account => accountOf(call.world, call.profile.login);

/** A number out of the path; NaN, which nothing is found by, for anything else. */
export const numberOf = (call: Call, placeholder: string): number => Number(call.path[placeholder]);
