import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { schemaText } from "../../../scripts/generate-settings-docs.ts";
import { readSettingsFile } from "../../../src/inputs/settings/read-settings.ts";

const published = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

describe("what is published", () => {
  test("the worked example is valid and declares all four kinds of stages", () => {
    const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(published("docs/settings.md")) ?? [];
    const reading = readSettingsFile(example, "example.yml");
    expect(reading).toMatchObject({ kind: "settings" });
    const stages = reading.kind === "settings" ? Object.keys(reading.settings.stages ?? {}) : [];
    expect(stages).toEqual(["dev", "test", "prod", "pr-*"]);
  });

  test("the schema takes an empty file, and refuses what it can say", () => {
    expect(JSON.parse(schemaText())).toMatchObject({
      type: ["object", "null"],
      properties: {
        defaults: {
          properties: {
            "usage-plans": { uniqueItems: true, maxItems: 10 },
            logging: {
              not: { properties: { "access-log-arn": { type: "null" } }, required: expect.anything() },
              properties: { "access-log-format": { maxLength: 3072 } },
            },
          },
        },
      },
    });
  });

  test("every member of the schema is described", () => {
    type Node = {
      description?: string;
      properties?: Record<string, Node>;
      additionalProperties?: Node | boolean;
      anyOf?: Node[];
    };
    const undescribed = (node: Node, path: string): string[] => [
      ...Object.entries(node.properties ?? {}).flatMap(([name, member]) => [
        ...(member.description ? [] : [`${path}.${name}`]),
        ...undescribed(member, `${path}.${name}`),
      ]),
      ...(typeof node.additionalProperties === "object" ? undescribed(node.additionalProperties, `${path}.*`) : []),
      ...(node.anyOf ?? []).flatMap((one) => undescribed(one, path)),
    ];
    expect(undescribed(JSON.parse(schemaText()), "")).toEqual([]);
  });
});
