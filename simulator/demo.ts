import { play } from "./demo/play.ts";
import { openTerminal } from "./demo/terminal.ts";

const colours = process.stdout.isTTY === true && !process.env["NO_COLOR"];
process.exitCode = await play(
  openTerminal((line) => console.log(line), colours),
  process.cwd(),
);
