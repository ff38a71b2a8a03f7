import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Bytes, as `downloadSize` counts them. */
export const downloadBudget = 400_000;

/** Bytes of the archive of a commit, which is what a run downloads: what .gitattributes leaves in it, as GitHub packs it. */
export const downloadSize = async (actionPath: string): Promise<number> => {
  const blocks: Buffer[] = [];
  for (const name of await namesIn(actionPath)) {
    const content = await readFile(join(actionPath, name));
    blocks.push(headOf(name, content.length), content, Buffer.alloc(-content.length & (BLOCK - 1)));
  }
  return gzipSync(Buffer.concat(blocks)).length;
};

/** In the archive's order. What is in no archive is said first, of everything. */
const namesIn = async (actionPath: string): Promise<readonly string[]> => {
  const attributes = await readFile(join(actionPath, ".gitattributes"), "utf8");
  const names: string[] = [];
  for (const [, name = "", whole] of attributes.matchAll(/^\/(\S+?)(\/\*\*)? -export-ignore$/gm)) {
    if (whole !== undefined) names.push(...(await readdir(join(actionPath, name))).map((file) => `${name}/${file}`));
    else if (!attributes.includes(`/${name}/** `)) names.push(name);
  }
  return names.sort();
};

/** Bytes; a tar archive consists of such. */
const BLOCK = 512;

/** GitHub puts everything into a folder with the name of the repository and the commit. */
const FOLDER = `OWNER-apigw-stage-action-${"0123456789".repeat(4)}`;

/** What stands before a file's content in a tar archive (POSIX.1-1988, ustar). */
const headOf = (name: string, length: number): Buffer => {
  const head = Buffer.alloc(BLOCK);
  head.write(`${FOLDER}/${name}`);
  for (const [at, value] of NUMBERS) head.write(octal(value, 7), at);
  head.write(`${octal(length, 11)}${octal(1_700_000_000, 11)}        0`, 124);
  head.write("ustar\u000000root", 257);
  head.write("root", 297);
  // Of the head with spaces in the sum's own place.
  head.write(
    octal(
      head.reduce((sum, byte) => sum + byte, 0),
      6,
    ),
    148,
  );
  return head;
};

/** By their place: mode, owner, group, and those of devices. */
const NUMBERS = [
  [100, 0o664],
  [108, 0],
  [116, 0],
  [329, 0],
  [337, 0],
] as const;

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, "0")}\0`;
