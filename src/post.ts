// First of all: it catches what the other modules throw while they load.
import "./report/last-resort-of-post.ts";
import { closeLeftOpen } from "./report/left-open.ts";
import { processWorld } from "./runner/process-world.ts";

await closeLeftOpen(processWorld(new AbortController().signal));
process.exit(0);
