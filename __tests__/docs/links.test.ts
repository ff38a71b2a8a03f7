import { dirname, join, normalize } from "node:path/posix";
import { expect, test } from "@jest/globals";
import { projectFiles, readProjectFile } from "../project-files.ts";
import { anchorsOf, linksOf } from "./markdown-file.ts";

const files = projectFiles();
const pages = files.filter((path) => path.endsWith(".md"));

const isThere = (path: string): boolean =>
  files.includes(path) || files.some((file) => file.startsWith(`${path.replace(/\/$/, "")}/`));

/** What is wrong with a link, or nothing. */
const problemOf = async (page: string, link: string): Promise<string | undefined> => {
  if (/^[a-z]+:/.test(link)) return link.startsWith("https://") ? undefined : `${link} is not https`;
  const [path = "", anchor] = link.split("#", 2);
  const target = path === "" ? page : normalize(join(dirname(page), path));
  if (!isThere(target)) return `${link}: no such file`;
  const known = anchor === undefined || anchorsOf(await readProjectFile(target)).includes(anchor);
  return known ? undefined : `${link}: no such heading`;
};

test("the pages that everybody looks for are there", () => {
  expect(pages).toEqual(expect.arrayContaining(["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]));
});

test.each(pages)("every link resolves: %s", async (page) => {
  const links = linksOf(await readProjectFile(page));
  const problems = await Promise.all(links.map((link) => problemOf(page, link)));
  expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
});

test("the README leads to the Marketplace by the action's name, of which GitHub makes the address", async () => {
  const [, name = ""] = /^name: (.+)$/m.exec(await readProjectFile("action.yml")) ?? [];
  const address = `https://github.com/marketplace/actions/${name.toLowerCase().replaceAll(" ", "-")}`;
  expect(linksOf(await readProjectFile("README.md"))).toContain(address);
});

test("every decision is in the list of decisions", async () => {
  const records = pages.filter((path) => /^docs\/adr\/\d/.test(path)).map((path) => path.slice("docs/adr/".length));
  expect(records).toEqual(linksOf(await readProjectFile("docs/adr/README.md")));
});
