import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import { minify } from "@swc/core";
import { chunkOf, readCalledFirst } from "./called-first.js";
import { compiledAtOnce } from "./compiled-at-once.js";

/** What ncc leaves to do in a bundle of several chunks: `node scripts/finish-bundle.js FOLDER`. */

const folder = process.argv[2] ?? "dist";
const files = readdirSync(folder).sort();
const read = (file) => readFileSync(join(folder, file), "utf8");
const write = (file, text) => writeFileSync(join(folder, file), text);

/** Of a list of licences: a package's name, what its licence is called, the text. */
const nextPackage = /\n\n(?=(?:@[\w.-]+\/)?[\w.-]+\n[\w.-]+\n)/;

/** ncc lists what a chunk and those that load it contain in a file for each chunk. Here each text stands once, below its packages. */
const joinLicenses = () => {
  const lists = files.filter((file) => file.endsWith(".licenses.txt"));
  const names = new Map();
  for (const entry of new Set(lists.flatMap((list) => read(list).split(nextPackage)).map((one) => one.trim()))) {
    const [name, ...licence] = entry.split("\n");
    const text = licence.join("\n");
    names.set(text, [...(names.get(text) ?? []), name]);
  }
  const joined = [...names].map(([text, packages]) => `${packages.sort().join("\n")}\n${text}`).sort();
  for (const list of lists) rmSync(join(folder, list));
  write("licenses.txt", `${joined.join("\n\n")}\n`);
};

// Errors are told apart by the names of their classes. Those of functions are in the maps.
const kept = { keep_classnames: true };

/** Until another one changes nothing. What the first leaves is 6 kB more to download. */
const PASSES = 8;

const calledFirst = readCalledFirst();

/** ncc minifies the entry alone, and leaves a quarter more. A map beside a file follows it. */
const minifyIn = async (file) => {
  const map = `${file}.map`;
  const mapped = files.includes(map);
  const smaller = await minify(read(file), {
    toplevel: true,
    compress: { ...kept, passes: PASSES },
    mangle: kept,
    // One character beyond Latin-1 makes V8 keep twice as many bytes of a file, and read them.
    format: { asciiOnly: true },
    sourceMap: mapped && { content: read(map), filename: file },
  });
  const made = { code: smaller.code, map: mapped && smaller.map };
  const { code, map: changed } = await compiledAtOnce(made, calledFirst[chunkOf(file)]);
  // Ends the build where the code is none, or not the ASCII that was asked for.
  new Script(code, { filename: file });
  if (/[^\0-\x7f]/.test(code)) throw new Error(`${file} is not ASCII alone.`);
  write(file, code);
  if (mapped) write(map, changed);
};

joinLicenses();
for (const file of files.filter((name) => name.endsWith(".js"))) await minifyIn(file);
