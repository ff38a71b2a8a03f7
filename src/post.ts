import { closeLeftOpen } from "./report/left-open.ts";
import { processWorld } from "./runner/process-world.ts";

await closeLeftOpen(processWorld(new AbortController().signal));
process.exit(0);
