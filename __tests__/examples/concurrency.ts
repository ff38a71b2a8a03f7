type Waiting = { readonly start: () => void; readonly replace: () => void };

export type ConcurrencyGroups = {
  /** Runs the work when it is its turn; answers `replaced` where a later one took its place before. */
  readonly run: <T>(group: string, work: () => Promise<T>) => Promise<T | "replaced">;
};

/**
 * GitHub's `concurrency` without `cancel-in-progress`: in a group one runs and one waits, and a newer one takes the place
 * of the one that waits (GitHub docs, "Control the concurrency of workflows and jobs").
 */
export const concurrencyGroups = (): ConcurrencyGroups => {
  const busy = new Set<string>();
  const waiting = new Map<string, Waiting>();
  const turn = (group: string): Promise<"start" | "replaced"> =>
    new Promise((resolve) => {
      waiting.get(group)?.replace();
      waiting.set(group, { start: () => resolve("start"), replace: () => resolve("replaced") });
    });
  const pass = (group: string): void => {
    const next = waiting.get(group);
    waiting.delete(group);
    if (next === undefined) busy.delete(group);
    else next.start();
  };
  return {
    run: async (group, work) => {
      if (busy.has(group) && (await turn(group)) === "replaced") return "replaced";
      busy.add(group);
      try {
        return await work();
      } finally {
        pass(group);
      }
    },
  };
};
