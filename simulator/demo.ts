import { play } from "./demo/play.ts";
import { openTerminal } from "./demo/terminal.ts";

const colours = process.stdout.isTTY === true && !process.env["NO_COLOR"];
const given = process.argv.slice(2);
if (given.length > 0) console.error(`The demo takes no arguments, and was given ${given.join(" ")}.`);
const tell = (): Promise<number> =>
  play(
    openTerminal((line) => console.log(line), colours),
    process.cwd(),
  );
process.exitCode = given.length > 0 ? 2 : await tell();
