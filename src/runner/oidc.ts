import * as core from "@actions/core";
import type { FetchAnswer } from "../domain/fetch.ts";
import type { JobClaims } from "../domain/gate.ts";
import type { World } from "../domain/world.ts";

/** Nobody trusts this audience, so that the token is of no use for anything else. */
const AUDIENCE = "apigw-stage-action";

/** Milliseconds for all attempts, and from one to the next. */
const PATIENCE = 10_000;
const PAUSE = 500;

type OidcWorld = Pick<World, "environment" | "secrets" | "fetch" | "clock" | "signal">;

/**
 * Reads the claims of a token for this very job (GitHub docs, "OpenID Connect reference"). The signature is not looked
 * at: the token comes straight from the runner's own provider and is shown to nobody else.
 */
export const readJobClaims = async (world: OidcWorld): Promise<JobClaims> => {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = world.environment;
  if (!url || !token) return { kind: "not-offered" };
  if (!URL.canParse(url)) return failed("ACTIONS_ID_TOKEN_REQUEST_URL is no URL.");
  const limit = AbortSignal.any([AbortSignal.timeout(PATIENCE), world.signal]);
  try {
    return claimsOf(await askForToken(url, token, limit, world), world.environment);
  } catch (thrown) {
    if (thrown instanceof NoToken) return failed(thrown.message);
    return failed(limit.aborted ? `No answer within ${PATIENCE / 1000} seconds.` : "Its answer broke off.");
  }
};

const failed = (because: string): JobClaims => ({ kind: "failed", because });

/** Why there is none, in a sentence of our own: what was answered may hold a token, and is never quoted. */
class NoToken extends Error {}

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
  if (status < 200 || status > 299) throw new NoToken(`The runner's provider of tokens answered ${status}.`);
  const token = objectIn(await textOf(bytes), "The answer of the runner's provider of tokens")["value"];
  if (typeof token !== "string") throw new NoToken("The answer of the runner's provider of tokens holds none.");
  core.setSecret(token);
  secrets.add(token);
  return token;
};

/** Bytes; a token has some thousand. */
const LONGEST = 1024 * 1024;

const textOf = async (body: FetchAnswer["body"]): Promise<string> => {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body ?? []) {
    length += piece.length;
    if (length > LONGEST) throw new NoToken("The answer of the runner's provider of tokens is longer than 1 MB.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
};

/** `what` begins a sentence. */
const objectIn = (json: string, what: string): Readonly<Record<string, unknown>> => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new NoToken(`${what} is no JSON.`);
  }
  if (typeof value !== "object" || value === null) throw new NoToken(`${what} holds no claims.`);
  return value as Readonly<Record<string, unknown>>;
};

/** Of a token that was made for something else, a cached one for example, nothing is believed. */
const claimsOf = (token: string, { GITHUB_RUN_ID: runId }: OidcWorld["environment"]): JobClaims => {
  const { aud, run_id, environment } = objectIn(
    Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"),
    "The token",
  );
  if (aud !== AUDIENCE) throw new NoToken("The token is for another audience than was asked for.");
  if (runId !== undefined && run_id !== runId) throw new NoToken("The token is another run's.");
  if (environment !== undefined && typeof environment !== "string")
    throw new NoToken("The token's environment is no text.");
  return { kind: "known", environment };
};
