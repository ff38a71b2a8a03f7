import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Bytes, as `downloadSize` counts them. */
export const downloadBudget = 424_000;

/** Bytes of what a run unpacks to use it, compressed as GitHub does: dist/ and what a reader finds beside it. */
export const downloadSize = async (actionPath: string): Promise<number> => {
  const bundle = (await readdir(join(actionPath, "dist"))).map((file) => `dist/${file}`);
  const files = ["action.yml", "node24/action.yml", "LICENSE", "README.md", ...bundle];
  return gzipSync(Buffer.concat(await Promise.all(files.map((file) => readFile(join(actionPath, file)))))).length;
};
