import { post } from "./post.ts";
import { run } from "./run.ts";
import { listenForCancellation, timeIsUp } from "./runner/cancel.ts";
import { runnerLog } from "./runner/log.ts";
import { isPost, markMainStarted } from "./runner/state.ts";

const main = async (): Promise<number> => {
  markMainStarted();
  const signal = listenForCancellation();
  return Promise.race([run(runnerLog, signal), timeIsUp(signal)]);
};

const exitCode = isPost() ? await post(runnerLog).then(() => 0) : await main();
// Connections that are kept alive would keep the process waiting.
process.stdout.write("", () => process.exit(exitCode));
