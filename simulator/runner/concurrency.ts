/** `queue: max` lets all wait in line; without it one waits. */
export type Concurrency = { readonly group: string; readonly queue?: string };

type Waiting = { readonly start: () => void; readonly replace: () => void };

export type ConcurrencyGroups = {
  /** Runs the work when it is its turn; answers `replaced` where a later one took its place before. */
  readonly run: <T>(concurrency: string | Concurrency, work: () => Promise<T>) => Promise<T | "replaced">;
};

/**
 * GitHub's `concurrency` without `cancel-in-progress`: in a group one runs. Of those that wait, a newer one takes the place
 * of the one before, unless it says `queue: max` (GitHub docs, "Control the concurrency of workflows and jobs").
 */
export const concurrencyGroups = (): ConcurrencyGroups => {
  const busy = new Set<string>();
  const waiting = new Map<string, readonly Waiting[]>();
  const turn = (group: string, queue: string | undefined): Promise<"start" | "replaced"> =>
    new Promise((resolve) => {
      const before = waiting.get(group) ?? [];
      if (queue !== "max") for (const one of before) one.replace();
      const newest = { start: () => resolve("start"), replace: () => resolve("replaced") };
      waiting.set(group, queue === "max" ? [...before, newest] : [newest]);
    });
  const pass = (group: string): void => {
    const [next, ...rest] = waiting.get(group) ?? [];
    waiting.set(group, rest);
    if (next === undefined) busy.delete(group);
    else next.start();
  };
  return {
    run: async (concurrency, work) => {
      const { group, queue }: Concurrency = typeof concurrency === "string" ? { group: concurrency } : concurrency;
      if (busy.has(group) && (await turn(group, queue)) === "replaced") return "replaced";
      busy.add(group);
      try {
        return await work();
      } finally {
        pass(group);
      }
    },
  };
};
