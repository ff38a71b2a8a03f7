import { inputTable, outputTable, parseAction } from "./action-tables.ts";
import { errorSections } from "./errors-page.ts";
import { schemaText, settingsPage } from "./generate-settings-docs.ts";
import { replaceSection } from "./marked-section.ts";
import { node24Twin } from "./node24-twin.ts";

/** The files that are generated, whole or in part, as they should be. Paths start at the repository's root. */
export const generatedFiles = async (read: (path: string) => Promise<string>): Promise<ReadonlyMap<string, string>> => {
  const [actionText, readme, errors, settings] = await Promise.all([
    read("action.yml"),
    read("README.md"),
    read("docs/errors.md"),
    read("docs/settings.md"),
  ]);
  const action = parseAction(actionText);
  const readmeWithInputs = replaceSection(readme, "inputs", inputTable(action));
  return new Map([
    ["README.md", replaceSection(readmeWithInputs, "outputs", outputTable(action))],
    ["docs/errors.md", replaceSection(errors, "errors", errorSections())],
    ["docs/settings.md", settingsPage(settings)],
    ["node24/action.yml", node24Twin(actionText)],
    ["schema/apigw-stages.schema.json", schemaText()],
  ]);
};
