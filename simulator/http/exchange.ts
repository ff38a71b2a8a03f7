/** One HTTP request as a simulated service sees it. `path` is the undecoded path without the query. */
export type SimulatedRequest = {
  readonly method: string;
  readonly url: URL;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

export type SimulatedResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** What follows on status 101, which only a request to upgrade to a WebSocket may get. */
  readonly conversation?: Conversation;
};

/** A service's part in what goes on over a WebSocket. */
export type Conversation = {
  readonly onMessage: (text: string, connection: Connection) => Promise<void>;
  readonly onClose: () => Promise<void>;
};

export type Connection = { readonly send: (text: string) => void };

/** A record of one request, in order of arrival. Times are milliseconds of `performance.now()`. */
export type Exchange = {
  /** 1 for the first request that the server received. */
  readonly number: number;
  /** API Gateway: the operation's name (`CreateDeployment`). GitHub: method and route (`POST /repos/{owner}/{repo}/deployments`). */
  readonly operation: string;
  readonly request: SimulatedRequest;
  readonly startedAt: number;
  endedAt?: number;
  /** Absent while the request is under way, and for good when the connection was cut before an answer. */
  status?: number;
};

/** What a service makes of a request: the operation it names, and the work that answers it. */
export type Matched = {
  readonly operation: string;
  readonly answer: () => SimulatedResponse | Promise<SimulatedResponse>;
};

/** A service never throws for what a client sent: it matches everything, unknown operations as a 501. */
export type Service = { readonly match: (request: SimulatedRequest) => Matched };

export const jsonResponse = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): SimulatedResponse => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value),
});
