import { randomUUID } from "node:crypto";
import { EOL } from "node:os";

/**
 * What the runner reads from its files of outputs and of state, GITHUB_OUTPUT and GITHUB_STATE, when a step ends (GitHub docs,
 * "Workflow commands for GitHub Actions", multiline strings). All of it is written in one go, and therefore past the toolkit.
 */
export const namedValues = (values: Readonly<Record<string, string>>): string => {
  // What ends a value must not be in it, and nobody can guess this.
  const end = `end-${randomUUID()}`;
  return Object.entries(values)
    .map(([name, value]) => [`${name}<<${end}`, value, end, ""].join(EOL))
    .join("");
};
