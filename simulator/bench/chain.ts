/** When a request was under way, in milliseconds. Without `endedAt` it was never answered. */
export type Interval = { readonly startedAt: number; readonly endedAt?: number };

/**
 * The longest chain of requests of which each starts when the one before has ended, as a number of requests.
 *
 * That a request starts after another does not prove that it waited for it, so this is an upper bound of the chain of
 * requests that depend on each other. It comes close to it where every request takes long, because independent requests
 * then overlap: measure with a latency. Without one, requests that are sent at the same time end one after the other.
 */
export const longestChain = (requests: readonly Interval[]): number => {
  const inOrder = [...requests].sort((one, other) => one.startedAt - other.startedAt);
  const lengths: { readonly endedAt: number; readonly length: number }[] = [];
  for (const { startedAt, endedAt } of inOrder) {
    const before = lengths.filter((earlier) => earlier.endedAt <= startedAt).map(({ length }) => length);
    lengths.push({ endedAt: endedAt ?? Number.POSITIVE_INFINITY, length: 1 + Math.max(0, ...before) });
  }
  return Math.max(0, ...lengths.map(({ length }) => length));
};
