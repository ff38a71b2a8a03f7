import { dirname } from "node:path/posix";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { git, projectFiles, readProjectFile } from "../project-files.ts";

/** The paths that git leaves out of archives, as GitHub makes them for a run. */
const ignored = (paths: readonly string[]): ReadonlySet<string> => {
  const fields = git(["check-attr", "-z", "--stdin", "export-ignore"], paths.join("\0")).split("\0");
  return new Set(fields.filter((_, index) => index % 3 === 0 && fields[index + 2] === "set"));
};

const withFolders = (path: string): readonly string[] => (path === "." ? [] : [path, ...withFolders(dirname(path))]);

const files = projectFiles();
const left = ignored([...new Set(files.flatMap(withFolders))]);
const downloaded = files.filter((file) => !withFolders(file).some((path) => left.has(path)));

test("a run downloads what it needs, and nothing else", () => {
  const chunks = downloaded.filter((file) => /^dist\/\d+\.index\.js$/.test(file));
  expect([...downloaded].sort()).toEqual([
    "LICENSE",
    "action.yml",
    // For npx, which looks for the command line here.
    "bin/apigw-stage.js",
    ...chunks.sort(),
    "dist/index.js",
    "dist/licenses.txt",
    "dist/package.json",
    "dist/post.js",
    "node24/action.yml",
    "package.json",
  ]);
});

test.each(["action.yml", "node24/action.yml"])("what %s names is downloaded", async (path) => {
  const { main, post } = parse(await readProjectFile(path)).runs;
  const named = [main, post].map((file) => new URL(file, `file:///${path}`).pathname.slice(1));
  expect(downloaded).toEqual(expect.arrayContaining(named));
});

test("dist/ is kept out of diffs and of the language statistics", () => {
  const attributes = git(["check-attr", "diff", "linguist-generated", "text", "--", "dist/index.js"]);
  expect(attributes).toMatch(/diff: unset[\s\S]*linguist-generated: set[\s\S]*text: auto/);
});
