import { galleryPages } from "../__tests__/report/gallery/pages.ts";
import { inputTable, outputTable, parseAction } from "./action-tables.ts";
import { errorIndex, errorSections } from "./errors-page.ts";
import { schemaText, settingsPage } from "./generate-settings-docs.ts";
import { policySections } from "./iam-policies.ts";
import { replaceSection } from "./marked-section.ts";
import { node24Twin } from "./node24-twin.ts";
import { cloudFormationRoles, terraformRoles } from "./role-templates.ts";

/** The files that are generated, whole or in part, as they should be. Paths start at the repository's root. */
export const generatedFiles = async (read: (path: string) => Promise<string>): Promise<ReadonlyMap<string, string>> => {
  const [actionText, inputs, errors, settings, iam, cloudFormation, terraform] = await Promise.all([
    read("action.yml"),
    read("docs/inputs.md"),
    read("docs/errors.md"),
    read("docs/settings.md"),
    read("docs/iam.md"),
    read("setup/role.yml"),
    read("setup/role.tf"),
  ]);
  const action = parseAction(actionText);
  const sections = [
    ["inputs", inputTable(action)],
    ["outputs", outputTable(action)],
  ] as const;
  return new Map([
    ["docs/inputs.md", sections.reduce((text, [name, content]) => replaceSection(text, name, content), inputs)],
    ["docs/errors.md", replaceSection(replaceSection(errors, "index", errorIndex()), "errors", errorSections())],
    ["docs/iam.md", replaceSection(iam, "iam", policySections())],
    ["docs/settings.md", settingsPage(settings)],
    ["node24/action.yml", node24Twin(actionText)],
    ["setup/role.yml", cloudFormationRoles(cloudFormation)],
    ["setup/role.tf", terraformRoles(terraform)],
    ["schema/apigw-stages.schema.json", schemaText()],
    ...(await galleryPages()),
  ]);
};
