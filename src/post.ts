import { loadOpenRecord } from "./report/left-record.ts";

// dist/post.cjs comes here only where main has left something.
if (loadOpenRecord() !== undefined) {
  const [{ closeLeftOpen }, { processWorld }] = await Promise.all([
    import(/* webpackChunkName: "run" */ "./report/left-open.ts"),
    import(/* webpackChunkName: "run" */ "./runner/process-world.ts"),
  ]);
  await closeLeftOpen(processWorld(new AbortController().signal));
}
process.exit(0);
