/** Does the work, and measures its seconds of CPU time: a busy machine makes it wait, but not work. */
export const timed = async <T>(
  work: () => T | Promise<T>,
): Promise<{ readonly result: T; readonly seconds: number }> => {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (user + system) / 1e6 };
};

/**
 * Seconds for work that grows with the size of its input: at least five times what it takes. The sizes are such that it
 * would take many times as much if it grew with their square.
 */
export const LINEAR = 2;
