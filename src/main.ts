import { hideWhatIsFoundIn } from "./report/last-resort.ts";
import { run } from "./run.ts";
import { listenForCancellation, timeIsUp } from "./runner/cancel.ts";
import { processWorld } from "./runner/process-world.ts";

const signal = listenForCancellation();
const world = processWorld(signal);
hideWhatIsFoundIn(world.secrets);
const exitCode = await Promise.race([run(world), timeIsUp(signal)]);
// Connections that are kept alive would keep the process waiting.
process.stdout.write("", () => process.exit(exitCode));
