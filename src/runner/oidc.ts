import * as core from "@actions/core";
import type { FetchAnswer } from "../domain/fetch.ts";
import type { JobClaims } from "../domain/gate.ts";
import type { World } from "../domain/world.ts";

/** Nobody trusts this audience, so that the token is of no use for anything else. */
const AUDIENCE = "apigw-stage-action";

/** Milliseconds for all attempts, and from one to the next. */
const PATIENCE = 10_000;
const PAUSE = 500;

type OidcWorld = Pick<World, "environment" | "secrets" | "fetch" | "clock">;

/**
 * Reads the claims of a token for this very job (GitHub docs, "OpenID Connect reference"). The signature is not looked
 * at: the token comes straight from the runner's own provider and is shown to nobody else.
 */
export const readJobClaims = async (world: OidcWorld): Promise<JobClaims> => {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = world.environment;
  if (!url || !token) return { kind: "not-offered" };
  const limit = AbortSignal.timeout(PATIENCE);
  try {
    return claimsOf(await askForToken(url, token, limit, world));
  } catch (thrown) {
    if (limit.aborted) return { kind: "failed", because: `No answer within ${PATIENCE / 1000} seconds.` };
    return { kind: "failed", because: oneLine(thrown instanceof Error ? thrown.message : String(thrown)) };
  }
};

/** Past the toolkit, whose client for this brings a second implementation of fetch along and repeats for minutes. */
const askForToken = async (url: string, token: string, signal: AbortSignal, world: OidcWorld): Promise<string> => {
  const address = new URL(url);
  address.searchParams.set("audience", AUDIENCE);
  const headers = { accept: "application/json", authorization: `Bearer ${token}` };
  for (;;) {
    const answer = await world.fetch(address, { headers, signal }).catch((thrown: unknown) => {
      if (signal.aborted) throw thrown;
      return undefined;
    });
    if (answer !== undefined && answer.status < 500) return tokenIn(answer, world);
    await world.clock.sleep(PAUSE, signal);
  }
};

const tokenIn = async ({ status, body: bytes }: FetchAnswer, { secrets }: OidcWorld): Promise<string> => {
  if (status < 200 || status > 299) throw new Error(`The runner's provider of tokens answered ${status}.`);
  const body: unknown = JSON.parse(await textOf(bytes));
  const token = typeof body === "object" && body !== null && "value" in body ? body.value : undefined;
  if (typeof token !== "string") throw new Error("The answer of the runner's provider of tokens holds none.");
  core.setSecret(token);
  secrets.add(token);
  return token;
};

const textOf = async (body: FetchAnswer["body"]): Promise<string> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of body ?? []) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
};

const claimsOf = (token: string): JobClaims => {
  const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
  if (typeof claims !== "object" || claims === null) throw new Error("The token holds no claims.");
  const environment = "environment" in claims ? claims.environment : undefined;
  if (environment !== undefined && typeof environment !== "string")
    throw new Error("The token's environment is no text.");
  return { kind: "known", environment };
};

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim().slice(0, 200);
