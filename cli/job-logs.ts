type Log = { readonly title: string; readonly lines: string[]; ended: boolean };

/**
 * The logs of jobs that run at the same time, one after the other, each below its title: the first that has something to
 * say is told as it says it, and what others say meanwhile follows. `endAll` tells what is left of jobs that never ended.
 */
export const jobLogs = (tellTitle: (title: string) => void, tell: (line: string) => void) => {
  const told: Log[] = [];
  const begin = (): void => {
    const [log] = told;
    if (log === undefined) return;
    tellTitle(log.title);
    for (const line of log.lines) tell(line);
  };
  const settle = (): void => {
    while (told[0]?.ended) {
      told.shift();
      begin();
    }
  };
  const open = (title: string) => {
    const log: Log = { title, lines: [], ended: false };
    return {
      line: (line: string): void => {
        if (!told.includes(log) && told.push(log) === 1) begin();
        if (told[0] === log) tell(line);
        else log.lines.push(line);
      },
      end: (): void => {
        log.ended = true;
        settle();
      },
    };
  };
  const endAll = (): void => {
    for (const log of told) log.ended = true;
    settle();
  };
  return { open, endAll };
};
