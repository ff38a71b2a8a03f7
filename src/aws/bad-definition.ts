import type { ErrorCode, ErrorPlace } from "../domain/errors.ts";

export type BadDefinition = {
  readonly code: Extract<ErrorCode, "INVALID_DEFINITION" | "IMPORT_WARNINGS">;
  readonly happened: string;
  readonly places: readonly ErrorPlace[];
};

/**
 * What the service found in a definition. It tells errors and warnings in one text, an item a line below a heading
 * (recorded texts of imports): "Errors found during import:", "Additionally, these warnings were found:", and
 * "Warnings found during import:" where they alone kept it from importing.
 */
export const badDefinition = (message: string, file: string): BadDefinition => {
  const { errors, warnings } = findings(message);
  const places = [...errors.map((text) => place(file, text)), ...warnings.map((text) => warningPlace(file, text))];
  if (errors.length > 0) {
    const beside = warnings.length === 0 ? [] : ["It also warned:", ...indented(warnings)];
    return {
      code: "INVALID_DEFINITION",
      happened: [`API Gateway did not accept ${file}:`, ...indented(errors), ...beside].join("\n"),
      places,
    };
  }
  return {
    code: "IMPORT_WARNINGS",
    happened: [
      `API Gateway has no errors but warnings for ${file}, and undid the import, because \`fail-on-warnings\` is true:`,
      ...indented(warnings),
    ].join("\n"),
    places,
  };
};

const HEADING = /^(?:errors found during import|additionally|warnings found)\b.*:$/i;
const WARNINGS = /warnings/i;

/** What stands below no heading is an error, and so is a heading that nothing stands below. */
const findings = (message: string): { readonly errors: readonly string[]; readonly warnings: readonly string[] } => {
  const errors: string[] = [];
  const warnings: string[] = [];
  let list = errors;
  for (const line of message.split("\n").map((text) => text.trim())) {
    if (HEADING.test(line)) list = WARNINGS.test(line) ? warnings : errors;
    else if (line !== "") list.push(line);
  }
  return errors.length + warnings.length === 0 ? { errors: [message.trim()], warnings } : { errors, warnings };
};

const indented = (items: readonly string[]): readonly string[] => items.map((item) => `  ${item}`);

const place = (file: string, message: string): ErrorPlace => ({ file, line: undefined, column: undefined, message });

const warningPlace = (file: string, message: string): ErrorPlace => ({ ...place(file, message), level: "warning" });
