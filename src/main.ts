import { hideWhatIsFoundIn } from "./report/last-resort.ts";
import { run } from "./run.ts";
import { cancellation, timeIsUp } from "./runner/cancel.ts";
import { processWorld } from "./runner/process-world.ts";

const world = processWorld(cancellation);
hideWhatIsFoundIn(world.secrets);
const exitCode = await Promise.race([run(world), timeIsUp(cancellation)]);
// Connections that are kept alive would keep the process waiting.
process.stdout.write("", () => process.exit(exitCode));
