import type { Fetch, FetchAnswer } from "../domain/fetch.ts";
import { PATIENCE } from "../domain/world.ts";
import { GitHubUnreachable, UnreadableAnswer } from "./trouble.ts";

/** Sends one request and takes in the whole answer, within limits of time and size. What it means is told elsewhere. */

export type Limits = {
  /** Milliseconds for the whole exchange, the last byte of the answer included. */
  readonly time: number;
  /** Of the answer's body. A hundred comments of GitHub's longest are 26 MB at most. */
  readonly bytes: number;
};

export const LIMITS: Limits = { time: PATIENCE.github, bytes: 32 * 1024 * 1024 };

export type RawAnswer = { readonly status: number; readonly headers: FetchAnswer["headers"]; readonly body: string };

export type RawRequest = {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
};

/** Answers whatever status comes. Throws GitHubUnreachable, and UnreadableAnswer for a body that is too long. */
export const send = async (fetch: Fetch, request: RawRequest, limits: Limits = LIMITS): Promise<RawAnswer> => {
  const stop = new AbortController();
  let timeout: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const told = `no whole answer within ${limits.time / 1000} seconds`;
    timeout = setTimeout(() => reject(new GitHubUnreachable(told)), limits.time);
  });
  try {
    return await Promise.race([exchange(fetch, request, limits.bytes, stop.signal), tooLate]);
  } catch (thrown) {
    // Ends what is still under way after a time-out or too many bytes.
    stop.abort();
    throw thrown;
  } finally {
    clearTimeout(timeout);
  }
};

const exchange = async (
  fetch: Fetch,
  { url, method, headers, body }: RawRequest,
  limit: number,
  signal: AbortSignal,
): Promise<RawAnswer> => {
  const response = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    // After 301, 302 and 303 a write would go on as a GET, whose success says nothing of the write.
    redirect: method === "GET" ? "follow" : "manual",
    signal,
  }).catch((thrown: unknown) => {
    throw new GitHubUnreachable(reasonIn(thrown));
  });
  return { status: response.status, headers: response.headers, body: await read(response, limit) };
};

const read = async ({ status, body }: FetchAnswer, limit: number): Promise<string> => {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for await (const piece of body ?? []) {
      bytes += piece.length;
      if (bytes > limit) break;
      text += decoder.decode(piece, { stream: true });
    }
  } catch {
    throw new GitHubUnreachable("the connection broke in the middle of the answer");
  }
  if (bytes > limit)
    throw new UnreadableAnswer(`it is longer than ${limit / 1024 / 1024} MB`, { status, lasting: true });
  return text + decoder.decode();
};

/**
 * Node's own words on a connection that failed: `connect ECONNREFUSED 127.0.0.1:443`. They come as the cause of a
 * "fetch failed" and have a code. All else may quote what we sent, the token among it.
 */
const reasonIn = (thrown: unknown): string => {
  const cause = typeof thrown === "object" && thrown !== null && "cause" in thrown ? thrown.cause : undefined;
  if (typeof cause !== "object" || cause === null || !("code" in cause) || typeof cause.code !== "string")
    return "the request could not be sent";
  const message = "message" in cause && typeof cause.message === "string" ? cause.message : "";
  return (message.split("\n", 1)[0] || cause.code).slice(0, 200);
};
