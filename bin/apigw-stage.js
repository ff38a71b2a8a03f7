#!/usr/bin/env node
/**
 * What `npx --package=github:OWNER/apigw-stage-action apigw-stage …` runs. The archive of a commit holds what jobs need, so
 * the command line comes from the release of this version, through npm; APIGW_STAGE_PACKAGE names another place for it, a
 * file or a URL.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** An empty object, where there is no such file. */
const readJson = (path) => {
  try {
    return JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
  } catch {
    return {};
  }
};

/**
 * By where npm took this package from, `git+ssh://git@github.com/acme/apigw-stage-action.git#COMMIT`; `undefined` where
 * that was no repository on a server.
 */
const releaseUrl = () => {
  const { name, version } = readJson("../package.json");
  const { packages = {} } = readJson("../../.package-lock.json");
  const [, source] = /^git\+(.+)/.exec(packages[`node_modules/${name}`]?.resolved) ?? [];
  const { host = "", pathname = "" } = source === undefined ? {} : new URL(source);
  if (host === "") return undefined;
  return `https://${host}${pathname.replace(/\.git$/, "")}/releases/download/v${version}/apigw-stage.tgz`;
};

const byHand = `Nothing was run: bin/apigw-stage.js is for npx, which tells it where npm is and which repository it comes from.
In a clone, make the package of the command line, and run that:
  npm ci && bash scripts/package-cli.sh build
  npx --yes --package=./build/apigw-stage.tgz apigw-stage --help
docs/cli.md has the ways without a clone.`;

const wanted = process.env.APIGW_STAGE_PACKAGE || releaseUrl();
const npm = process.env.npm_execpath;
if (wanted === undefined || npm === undefined) {
  console.error(byHand);
  process.exitCode = 2;
} else {
  const asked = ["exec", "--yes", `--package=${wanted}`, "--", "apigw-stage", ...process.argv.slice(2)];
  const child = spawn(process.execPath, [npm, ...asked], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}
