import { simulate } from "./start/command.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

process.exitCode = await simulate(
  process.argv.slice(2),
  { print: (line) => console.log(line), complain: (line) => console.error(line) },
  stop.signal,
);
