import type { World } from "../../simulator/github/model.ts";
import { githubService } from "../../simulator/github/service.ts";
import type { SimulatedRequest, SimulatedResponse } from "../../simulator/http/exchange.ts";

/** How an answer of the simulated GitHub is changed on its way; `number` counts requests from 1. */
export type Change = (response: SimulatedResponse, operation: string, number: number) => SimulatedResponse;

export const GITHUB = "https://github.test";

/** A `fetch` that asks the simulated GitHub in this process, without a network. */
export const fetchFrom = (world: World, change: Change = (response) => response): typeof globalThis.fetch => {
  const service = githubService(world);
  let number = 0;
  return async (input, init) => {
    const url = new URL(String(input));
    const request: SimulatedRequest = {
      method: init?.method ?? "GET",
      url,
      path: url.pathname,
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: Buffer.from(typeof init?.body === "string" ? init.body : ""),
    };
    number += 1;
    const { operation, answer } = service.match(request);
    const { status, headers, body } = change(await answer(), operation, number);
    return new Response(status === 204 ? null : body, { status, headers });
  };
};

/** A `fetch` that always answers so. */
export const answering = (status: number, body: string | ReadableStream, headers: Record<string, string> = {}) => {
  const sent: { readonly url: string; readonly init: RequestInit | undefined }[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    sent.push({ url: String(input), init });
    return new Response(body, { status, headers });
  };
  return { fetch, sent };
};
