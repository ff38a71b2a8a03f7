import { setTimeout as wait } from "node:timers/promises";
import * as core from "@actions/core";
import type { JobClaims } from "../domain/gate.ts";
import type { Secrets } from "../domain/secrets.ts";

/** Nobody trusts this audience, so that the token is of no use for anything else. */
const AUDIENCE = "apigw-stage-action";

/** Milliseconds. The toolkit itself repeats failed requests for minutes. */
const PATIENCE = 10_000;

/**
 * Reads the claims of a token for this very job (GitHub docs, "OpenID Connect reference"). The signature is not looked
 * at: the token comes straight from the runner's own provider and is shown to nobody else.
 */
export const readJobClaims = async (secrets: Secrets): Promise<JobClaims> => {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = process.env;
  if (!url || !token) return { kind: "not-offered" };
  const stop = new AbortController();
  try {
    return await Promise.race([askForClaims(secrets), tooLate(stop.signal)]);
  } catch (thrown) {
    return { kind: "failed", because: oneLine(thrown instanceof Error ? thrown.message : String(thrown)) };
  } finally {
    stop.abort();
  }
};

const askForClaims = async (secrets: Secrets): Promise<JobClaims> => {
  const token = await core.getIDToken(AUDIENCE);
  secrets.add(token);
  return claimsOf(token);
};

const tooLate = async (signal: AbortSignal): Promise<JobClaims> => {
  await wait(PATIENCE, undefined, { signal });
  return { kind: "failed", because: `No answer within ${PATIENCE / 1000} seconds.` };
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
