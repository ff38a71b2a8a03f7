import type { Ending } from "../../../src/report/open-record.ts";
import { play, type Scene, type Told } from "./play.ts";
import { scenes, threeApis } from "./scenes.ts";

/** The gallery's pages by their paths: what each result looks like, as Markdown. */
export const galleryPages = async (): Promise<ReadonlyMap<string, string>> => {
  const pages = await Promise.all(scenes.map(async (scene) => [scene, pageOf(scene, await play(scene))] as const));
  const three = await Promise.all(threeApis.map(play));
  return new Map([
    ["docs/gallery/README.md", indexOf(scenes)],
    ...pages.map(([{ name }, page]) => [`docs/gallery/${name}.md`, page] as const),
    [
      THREE,
      `${HEAD}\nOne pull request of a repository with three APIs, which all call themselves Orders.\n\n${three.map(shown).join("\n\n")}\n`,
    ],
  ]);
};

/** Pages that `scripts/gallery-pictures.sh` takes pictures of. */
const PICTURES = ["updated", "planned", "failed-after-pointing"];

const THREE = "docs/gallery/three-apis.md";
const HEAD = "<!-- Written by `npm run generate`. -->";

const indexOf = (all: readonly Scene[]): string =>
  [
    HEAD,
    "# What each result looks like",
    "Each page shows a comment, or the job summary where there is none, and below it what the other channels say.",
    [
      ...all.map(({ name, about }) => `- [${name}](${name}.md): ${about}`),
      "- [three-apis](three-apis.md): One pull request of a repository with three APIs.",
    ].join("\n"),
    ...PICTURES.map((name) => `## ${name}\n\n${pictureOf(name)}`),
    "",
  ].join("\n\n");

/** The narrow one for narrow screens. */
const pictureOf = (name: string): string =>
  [
    "<picture>",
    `  <source media="(max-width: 600px)" srcset="pictures/${name}-390.png">`,
    `  <img src="pictures/${name}-900.png" width="900" alt="The comment of ${name}">`,
    "</picture>",
  ].join("\n");

const pageOf = ({ about }: Scene, told: Told): string =>
  [
    `${HEAD}\n${about}`,
    shown(told),
    "<details><summary>What the other channels say</summary>",
    ["```text", ...told.log, "", ...outputLines(told.outputs), "", ...recordLines(told.record), "```"].join("\n"),
    "</details>",
    "",
  ].join("\n\n");

/** Between rules, so that it can be told apart, and cut out for a picture. */
const shown = ({ comment, summary }: Told): string => `---\n\n${comment === "" ? summary : comment}\n\n---`;

/** The plan is told by the log. */
const outputLines = (outputs: Readonly<Record<string, string>>): readonly string[] => [
  "Outputs:",
  ...Object.entries(outputs).flatMap(([name, value]) =>
    value === "" || name === "plan" ? [] : [`  ${name}: ${value}`],
  ),
];

const recordLines = (record: Ending | undefined): readonly string[] =>
  record === undefined
    ? ["No GitHub deployment."]
    : [`GitHub deployment: ${record.state}, "${record.description}" ${record.environmentUrl}`.trim()];
