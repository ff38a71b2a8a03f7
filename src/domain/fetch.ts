/** What of the runtime's fetch is used. Names of headers are in small letters; `follow` is the default. */
export type FetchOptions = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly redirect?: "follow" | "manual";
  readonly signal?: AbortSignal;
};

/** Whoever does not read the body leaves its connection open. `null`: the status or the method has none. */
export type FetchAnswer = {
  readonly status: number;
  readonly headers: { readonly get: (name: string) => string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
};

export type Fetch = (url: string | URL, options?: FetchOptions) => Promise<FetchAnswer>;
