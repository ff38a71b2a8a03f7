import { closeLeftOpen } from "./report/left-open.ts";
import { processWorld } from "./runner/process-world.ts";

// dist/post.cjs comes here only where main has left something.
await closeLeftOpen(processWorld(new AbortController().signal));
process.exit(0);
