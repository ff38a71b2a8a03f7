#!/usr/bin/env node
/** Asks what Node this is before the rest is loaded, of which an older one can read nothing. */
const NEEDED = 20;

if (Number(process.versions.node.split(".")[0]) < NEEDED) {
  console.error(
    `apigw-stage needs Node ${NEEDED} or newer, and this is Node ${process.versions.node}. Nothing was done.`,
  );
  process.exitCode = 2;
} else {
  await import("./start.ts");
}
