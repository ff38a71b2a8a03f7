import { textTable } from "../text-table.ts";

/** What the demo is told on. */
export type Terminal = {
  readonly heading: (text: string) => void;
  readonly paragraph: (text: string) => void;
  /** A title and what belongs to it, indented. */
  readonly section: (title: string, lines: readonly string[]) => void;
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => void;
  readonly success: (text: string) => void;
  readonly problem: (text: string) => void;
};

const escapeCodes = { bold: "1", dim: "2", red: "31", green: "32", cyan: "36" } as const;

export const openTerminal = (print: (line: string) => void, colours: boolean): Terminal => {
  const paint = (colour: keyof typeof escapeCodes, text: string): string =>
    colours ? `\u001b[${escapeCodes[colour]}m${text}\u001b[0m` : text;
  return {
    heading: (text) => {
      print("");
      print(paint("bold", text));
      print(paint("dim", "─".repeat([...text].length)));
    },
    paragraph: (text) => print(text),
    section: (title, lines) => {
      print(paint("cyan", title));
      for (const line of lines) print(line === "" ? "" : `  ${line}`);
    },
    table: (head, rows) => {
      const [first = "", ...others] = textTable([head, ...rows]);
      print(paint("cyan", first));
      for (const line of others) print(line);
    },
    success: (text) => print(paint("green", text)),
    problem: (text) => print(paint("red", `✗ ${text}`)),
  };
};
