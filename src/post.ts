import { loadOpenRecord } from "./report/left-record.ts";

// Mostly main has closed what it opened, and nothing else is loaded.
if (loadOpenRecord() !== undefined) {
  const [{ closeLeftOpen }, { processWorld }] = await Promise.all([
    import(/* webpackChunkName: "run" */ "./report/left-open.ts"),
    import(/* webpackChunkName: "run" */ "./runner/process-world.ts"),
  ]);
  await closeLeftOpen(processWorld(new AbortController().signal));
}
process.exit(0);
