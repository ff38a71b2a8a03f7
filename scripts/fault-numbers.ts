import { readdir, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { replaceSection } from "./marked-section.ts";

/** Writes the numbers of the last sweep of faults (build/faults/) into docs/reliability.md, and prints them. */

// Seen from build/scripts/, where this file is compiled to.
const root = fileURLToPath(new URL("../..", import.meta.url));
const page = resolve(root, "docs/reliability.md");
const folder = resolve(root, "build/faults");

type Swept = { readonly story: string; readonly cases: number; readonly played: number };

const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json")).sort();
if (files.length === 0) {
  console.error("There are no numbers of a sweep of faults. Run `npm run test:faults`, which plays one first.");
  process.exit(1);
}
const swept: Swept[] = await Promise.all(
  files.map(async (name) => JSON.parse(await readFile(resolve(folder, name), "utf8"))),
);
const total = (of: "cases" | "played"): number => swept.reduce((sum, one) => sum + one[of], 0);
const row = (story: string, cases: number, played: number): string => `| ${story} | ${cases} | ${played} |`;
const table = [
  "| command | cases | played by the last run |",
  "| --- | --- | --- |",
  ...swept.map(({ story, cases, played }) => row(story, cases, played)),
  row("together", total("cases"), total("played")),
].join("\n");
await writeFile(page, replaceSection(await readFile(page, "utf8"), "faults", table));
console.log(`Cases of the sweep of faults: ${total("cases")}; played: ${total("played")}.`);
