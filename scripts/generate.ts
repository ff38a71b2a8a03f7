import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedFiles } from "./generated-files.ts";

/** `npm run generate` writes the generated files; with `--check` it writes nothing and fails when one is stale. */

// Seen from build/scripts/, where this file is compiled to.
const root = fileURLToPath(new URL("../..", import.meta.url));

const read = (path: string): Promise<string> => readFile(resolve(root, path), "utf8");

const isStale = async (path: string, wanted: string): Promise<boolean> =>
  (await read(path).catch(() => undefined)) !== wanted;

const staleFiles = async (): Promise<[string, string][]> => {
  const files = [...(await generatedFiles(read))];
  const stale = await Promise.all(files.map(([path, wanted]) => isStale(path, wanted)));
  return files.filter((_, index) => stale[index]);
};

const check = (stale: [string, string][]): number => {
  for (const [path] of stale) console.error(`${path} is stale. Run \`npm run generate\` and commit the result.`);
  if (stale.length === 0) console.log("All generated files are fresh.");
  return stale.length === 0 ? 0 : 1;
};

const write = async (stale: [string, string][]): Promise<number> => {
  for (const [path, wanted] of stale) {
    const file = resolve(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, wanted);
    console.log(`Wrote ${path}.`);
  }
  if (stale.length === 0) console.log("Nothing to write: all generated files are fresh.");
  return 0;
};

const generate = async (args: readonly string[]): Promise<number> => {
  const unknown = args.filter((arg) => arg !== "--check");
  for (const arg of unknown) console.error(`There is no flag ${arg}. There is --check, which writes nothing.`);
  if (unknown.length > 0) return 2;
  const stale = await staleFiles();
  return args.includes("--check") ? check(stale) : write(stale);
};

process.exitCode = await generate(process.argv.slice(2));
