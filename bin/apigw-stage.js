#!/usr/bin/env node
/**
 * What `npx --package=github:OWNER/apigw-stage-action apigw-stage …` runs. The archive of a commit holds what jobs need, so
 * the command line comes from the release of this version, through npm; APIGW_STAGE_PACKAGE names another place for it, a
 * file or a URL.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const readJson = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));

/** Where npm took this package from: `git+ssh://git@github.com/acme/apigw-stage-action.git#COMMIT`. */
const releaseUrl = () => {
  const { name, version } = readJson("../package.json");
  const { resolved } = readJson("../../.package-lock.json").packages[`node_modules/${name}`];
  const { host, pathname } = new URL(resolved.replace(/^git\+/, ""));
  return `https://${host}${pathname.replace(/\.git$/, "")}/releases/download/v${version}/apigw-stage.tgz`;
};

const wanted = process.env.APIGW_STAGE_PACKAGE || releaseUrl();
const asked = ["exec", "--yes", `--package=${wanted}`, "--", "apigw-stage", ...process.argv.slice(2)];
const child = spawn(process.execPath, [process.env.npm_execpath, ...asked], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
