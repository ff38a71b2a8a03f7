import { expect, test } from "@jest/globals";
import { projectFiles, readProjectFile } from "../project-files.ts";

/** Generated from what others wrote, or the list of what is forbidden. */
const exempt = ["package-lock.json", "dist/licenses.txt", "__tests__/docs/public-text.test.ts"];
const isExempt = (path: string): boolean => exempt.includes(path) || /^dist\/.*\.js$/.test(path);

/** What belongs to one person's machine and not to the project. */
const forbidden: readonly (readonly [string, RegExp])[] = [
  ["a path of one machine", /(?<![\w./-])\/(?:work|root|Users)\/\w/],
  ["a home folder", /(?<![\w./-])\/home\/(?!runner\b)\w/],
  [
    "a package registry's host",
    /\b(?:registry|npm|packages?|artifacts?)\.[\w-]+\.(?:com|org|net|io|dev|internal|local)\b/,
  ],
  ["a mirror of a package registry", /\b(?:artifactory|verdaccio|nexus)\b/i],
  ["an address of a private network", /\b(?:10\.\d+|192\.168)\.\d+\.\d+(?!\/)\b/],
];

const files = projectFiles().filter((path) => !isExempt(path));

test.each(forbidden)("no file names %s", async (_, pattern) => {
  const hits = await Promise.all(
    files.map(async (path) => {
      const hit = pattern.exec(await readProjectFile(path));
      return hit === null ? [] : [`${path}: ${hit[0]}`];
    }),
  );
  expect(hits.flat()).toEqual([]);
});
