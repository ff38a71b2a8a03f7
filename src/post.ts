import { processWorld } from "./runner/process-world.ts";

// dist/post.js comes here only where main has left something.
const { closeLeftOpen } = await import(/* webpackChunkName: "story" */ "./report/left-open.ts");
await closeLeftOpen(processWorld(new AbortController().signal));
process.exit(0);
