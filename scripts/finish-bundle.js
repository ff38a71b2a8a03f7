import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minify } from "@swc/core";

/** What ncc leaves to do in a bundle of several chunks: `node scripts/finish-bundle.js FOLDER`. */

const folder = process.argv[2] ?? "dist";
const files = readdirSync(folder).sort();
const read = (file) => readFileSync(join(folder, file), "utf8");
const write = (file, text) => writeFileSync(join(folder, file), text);

/** ncc writes what a chunk and those that load it contain into a file for each chunk, so most are parts of others. */
const joinLicenses = () => {
  const lists = files.filter((file) => file.endsWith(".licenses.txt"));
  const longestFirst = lists.map(read).sort((one, other) => other.length - one.length);
  const joined = longestFirst.reduce((all, list) => (all.includes(list.trim()) ? all : `${all}${list}\n`), "");
  for (const list of lists) rmSync(join(folder, list));
  write("licenses.txt", joined);
};

// Errors are told apart by the names of their classes. Those of functions are in the maps.
const kept = { keep_classnames: true };

/** ncc minifies the entry alone, and leaves a quarter more. A map beside a file follows it. */
const minifyIn = async (file) => {
  const map = `${file}.map`;
  const mapped = files.includes(map);
  const smaller = await minify(read(file), {
    module: true,
    compress: kept,
    mangle: kept,
    sourceMap: mapped && { content: read(map), filename: file },
  });
  write(file, smaller.code);
  if (mapped) write(map, smaller.map);
};

joinLicenses();
for (const file of files.filter((name) => name.endsWith(".js"))) await minifyIn(file);
