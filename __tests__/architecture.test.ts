import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path/posix";
import { describe, expect, test } from "@jest/globals";
import { projectFiles, readProjectFile, root } from "./project-files.ts";

const sources = projectFiles().filter((path) => /^(?:src|simulator|scripts)\/.*\.ts$/.test(path));

/** The rules of restriction that our linter's configuration finds broken in such files, by path. */
const brokenRules = async (files: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> => {
  const folder = await mkdtemp(join(tmpdir(), "lint-"));
  try {
    const { vcs: _vcs, $schema: _schema, ...rules } = JSON.parse(await readProjectFile("biome.json"));
    await writeFile(join(folder, "biome.json"), JSON.stringify(rules));
    for (const [path, content] of files) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    const biome = resolve(root, "node_modules/@biomejs/biome/bin/biome");
    const args = [biome, "lint", "--reporter=json", "--max-diagnostics=none", "."];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    const found: { category: string; location: { path: string } }[] = JSON.parse(stdout).diagnostics;
    return new Map(
      found
        .filter(({ category }) => category.includes("noRestricted"))
        .map(({ category, location }) => [location.path, basename(category)]),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
};

const rooms = ["src", "src/gateway", "src/github", "src/runner", "src/report", "src/plan", "src/inputs"];
const pure = ["src/plan", "src/inputs"];

/** What a file says, and the rooms that may hold such a file. */
const contents: readonly (readonly [string, readonly string[]])[] = [
  ['import "@aws-sdk/client-api-gateway";', ["src/gateway"]],
  ['import "@aws-sdk/core/client";', ["src/gateway"]],
  ['import "@smithy/node-http-handler";', ["src/gateway"]],
  ['import "@actions/github";', ["src/github"]],
  ['import "@octokit/core";', ["src/github"]],
  ['import "@actions/core";', ["src/runner"]],
  ['import "../../simulator/simulator.ts";', []],
  ['import "node:crypto";', rooms],
  ['import "node:fs/promises";', rooms.filter((room) => !pure.includes(room))],
  ['import "../runner/context.ts";', rooms.filter((room) => !pure.includes(room))],
  ["export const home = process.env;", rooms.filter((room) => !pure.includes(room))],
];
const cases = contents.flatMap(([content, allowed], index) =>
  rooms.map((room) => ({ path: `${room}/probe-${index}.ts`, content, room, allowed: allowed.includes(room) })),
);
const broken = await brokenRules(new Map(cases.map(({ path, content }) => [path, content])));

describe("the linter keeps the doors of src/ shut", () => {
  test.each(cases)("$content in $room: $allowed", ({ path, content, allowed }) => {
    const rule = content.startsWith("import") ? "noRestrictedImports" : "noRestrictedGlobals";
    expect(broken.get(path)).toBe(allowed ? undefined : rule);
  });
});

test.each(sources.filter((path) => /^src\/(?:plan|inputs)\//.test(path)))("%s reads no clock", async (path) => {
  expect(await readProjectFile(path)).not.toMatch(/\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b/);
});

test("no file is a drawer", () => {
  expect(sources.filter((path) => /^(?:utils?|helpers?|common|misc|shared)\b/.test(basename(path)))).toEqual([]);
});
