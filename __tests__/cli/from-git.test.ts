import { execFileSync, spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { root } from "../project-files.ts";

/** What npm makes of `github:acme/apigw-stage-action`, and an npm that shows what it is asked for. */
const askedOfNpm = async (resolved: string, environment: Readonly<Record<string, string>> = {}): Promise<unknown> => {
  const folder = await mkdtemp(join(tmpdir(), "npx-"));
  try {
    const installed = join(folder, "node_modules", "apigw-stage-action");
    await mkdir(join(installed, "bin"), { recursive: true });
    await cp(join(root, "bin/apigw-stage.js"), join(installed, "bin", "apigw-stage.js"));
    const manifest = { name: "apigw-stage-action", version: "1.2.3", type: "module" };
    await writeFile(join(installed, "package.json"), JSON.stringify(manifest));
    const lock = { packages: { "node_modules/apigw-stage-action": { version: "1.2.3", resolved } } };
    await writeFile(join(folder, "node_modules", ".package-lock.json"), JSON.stringify(lock));
    const npm = join(folder, "npm.cjs");
    await writeFile(npm, "console.log(JSON.stringify(process.argv.slice(2)));");
    const options = { encoding: "utf8", env: { npm_execpath: npm, ...environment } } as const;
    return JSON.parse(
      execFileSync(process.execPath, [join(installed, "bin/apigw-stage.js"), "plan", "--json"], options),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
};

const exec = (wanted: string): readonly string[] => [
  "exec",
  "--yes",
  `--package=${wanted}`,
  "--",
  "apigw-stage",
  "plan",
  "--json",
];

test("npx by github: runs the package of this version's release, of the repository and server that npm was given", async () => {
  expect(await askedOfNpm("git+ssh://git@github.com/acme/apigw-stage-action.git#0a1b2c3")).toEqual(
    exec("https://github.com/acme/apigw-stage-action/releases/download/v1.2.3/apigw-stage.tgz"),
  );
  expect(await askedOfNpm("git+https://git.example.com/acme/fork.git#0a1b2c3")).toEqual(
    exec("https://git.example.com/acme/fork/releases/download/v1.2.3/apigw-stage.tgz"),
  );
  const copied = { APIGW_STAGE_PACKAGE: "/mirror/apigw-stage.tgz" };
  expect(await askedOfNpm("git+ssh://git@github.com/acme/apigw-stage-action.git#0a1b2c3", copied)).toEqual(
    exec("/mirror/apigw-stage.tgz"),
  );
});

/** How a script of this project ends where there is nothing beside it. */
const endOf = async (script: string, args: readonly string[] = []): Promise<readonly [number | null, string]> => {
  const folder = await mkdtemp(join(tmpdir(), "bare-"));
  try {
    const path = join(folder, script);
    await mkdir(join(path, ".."));
    await cp(join(root, script), path);
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "apigw-stage-action", type: "module" }));
    const { status, stderr } = spawnSync(process.execPath, [path, ...args], { encoding: "utf8", env: {} });
    return [status, stderr];
  } finally {
    await rm(folder, { recursive: true });
  }
};

test("started by hand, it says what to do in a clone", async () => {
  const [status, told] = await endOf("bin/apigw-stage.js", ["plan"]);
  expect(status).toBe(2);
  expect(told).toMatch(/^Nothing was run: bin\/apigw-stage\.js is for npx/);
  expect(told).toContain("bash scripts/package-cli.sh build");
});

test("where nothing is installed, the project's commands say so", async () => {
  const installed =
    "The packages that this project is built with are not installed. Run `npm ci --ignore-scripts` first.\n";
  expect(await endOf("scripts/prerequisites.js")).toEqual([2, installed]);
});
