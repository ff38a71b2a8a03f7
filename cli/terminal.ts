import { inert, visible } from "../src/domain/inert-text.ts";
import type { Secrets } from "../src/domain/secrets.ts";
import type { Environment, Log } from "../src/domain/world.ts";

/** Where a command writes. `interactive`: somebody watches, who likes to see that something is going on. */
export type Terminal = {
  readonly print: (line: string) => void;
  /** The log, and everything that is no result. */
  readonly tell: (line: string) => void;
  /** What is wrong with the command line itself; never among results. */
  readonly complain: (line: string) => void;
  readonly colours: boolean;
  /** Writes without an end of line, to be overwritten; absent where nobody watches. */
  readonly overwrite?: (text: string) => void;
};

/** By what many tools agree on (no-color.org, force-color.org); `0` and `false` switch off, as in Node.js. */
export const wantsColours = (
  { NO_COLOR: no, FORCE_COLOR: forced }: Environment,
  stream: { readonly isTTY?: boolean },
): boolean => {
  if (no) return false;
  return forced ? !["0", "false"].includes(forced) : stream.isTTY === true;
};

const CODES = { bold: "1", dim: "2", red: "31", green: "32", yellow: "33", cyan: "36" } as const;

export const paint = ({ colours }: Pick<Terminal, "colours">, colour: keyof typeof CODES, text: string): string =>
  colours ? text.replaceAll(/^.+$/gm, (line) => `\u001b[${CODES[colour]}m${line}\u001b[0m`) : text;

/** The log of a run, for a terminal: no workflow commands, and nothing that a terminal would obey. */
export const terminalLog = (terminal: Terminal, { hide }: Secrets): Log => {
  const safe = (text: string): string => visible(hide(text));
  const tell = (colour: keyof typeof CODES | undefined, text: string): void =>
    terminal.tell(colour === undefined ? safe(text) : paint(terminal, colour, safe(text)));
  const colourOf = { error: "red", warning: "yellow", note: "dim" } as const;
  return {
    info: (text) => tell(undefined, text),
    warning: (text) => tell("yellow", `Warning: ${text}`),
    notice: (text) => tell("green", text),
    error: (text) => tell("red", text),
    at: ({ file, line, column, message, level }) =>
      tell(
        colourOf[level ?? "error"],
        `${[file, line, column].filter((part) => part !== undefined).join(":")}: ${message}`,
      ),
    debug: () => {},
    group: (title, lines) => {
      tell("cyan", title);
      for (const line of lines) tell(undefined, line === "" ? "" : `  ${line}`);
    },
  };
};

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/**
 * A terminal whose last line moves while nothing else is told, until `stop`. `tick`: calls a function again and again,
 * and answers what ends it.
 */
export const withProgress = (
  terminal: Terminal,
  tick: (turn: () => void) => () => void,
): { readonly terminal: Terminal; readonly stop: () => void } => {
  const { overwrite } = terminal;
  if (overwrite === undefined) return { terminal, stop: () => {} };
  let frame = 0;
  const wipe = (): void => overwrite("\r\u001b[K");
  const end = tick(() => {
    overwrite(`\r${FRAMES[frame % FRAMES.length]} asking AWS and GitHub`);
    frame += 1;
  });
  const tell = (line: string): void => {
    wipe();
    terminal.tell(line);
  };
  return {
    terminal: { ...terminal, tell },
    stop: () => {
      end();
      wipe();
    },
  };
};

/** One line that nothing obeys, for texts that no log has passed. */
export const plainLine = (text: string): string => inert(text).replaceAll("\n", " ");
