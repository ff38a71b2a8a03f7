import type { FetchAnswer, FetchOptions } from "./fetch.ts";

/** What a server said to who wanted a WebSocket connection. */
export type Handshake =
  | { readonly kind: "open"; readonly connection: WebSocketConnection }
  | { readonly kind: "refused"; readonly answer: FetchAnswer };

export type WebSocketConnection = {
  readonly send: (text: string) => void;
  /** What comes, as text, in its order and from the beginning; over when the connection is. For one reader. */
  readonly messages: AsyncIterable<string>;
  readonly close: () => void;
};

/**
 * Opens a connection to a URL of ws: or wss:, through the proxy that the environment names. Rejects as fetch does: with
 * the signal's reason, or with "fetch failed" and its cause.
 */
export type OpenWebSocket = (
  url: string,
  asked: Required<Pick<FetchOptions, "headers" | "signal">>,
) => Promise<Handshake>;
