import { parse } from "yaml";

export type ActionFile = {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly required?: boolean; readonly default?: string }>
  >;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
};

/** The interface that the text of an action.yml declares. */
export const parseAction = (text: string): ActionFile => parse(text) as ActionFile;

const row = (...cells: string[]): string =>
  `| ${cells
    .map((cell) =>
      cell
        .trim()
        .replaceAll("|", "\\|")
        .replaceAll(/\s*\n\s*/g, " "),
    )
    .join(" | ")} |`;

/** The inputs as a Markdown table, in the file's order. */
export const inputTable = ({ inputs }: ActionFile): string =>
  [
    row("Input", "Default", "Meaning"),
    row("---", "---", "---"),
    ...Object.entries(inputs).map(([name, { description, required, default: value }]) =>
      row(`\`${name}\``, required === true ? "**required**" : value ? `\`${value}\`` : "", description),
    ),
  ].join("\n");

/** The outputs as a Markdown table, in the file's order. */
export const outputTable = ({ outputs }: ActionFile): string =>
  [
    row("Output", "Meaning"),
    row("---", "---"),
    ...Object.entries(outputs).map(([name, { description }]) => row(`\`${name}\``, description)),
  ].join("\n");
