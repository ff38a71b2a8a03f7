/**
 * What this project's commands need on a machine, in a sentence for whatever is missing. They run it before anything else;
 * an older Node must be able to read it.
 */
import { existsSync } from "node:fs";

const NODE = 20;

const problems = [];
if (Number(process.versions.node.split(".")[0]) < NODE) {
  problems.push(`This is Node ${process.versions.node}. Install Node ${NODE} or newer: https://nodejs.org.`);
}
if (!existsSync(new URL("../node_modules/typescript/package.json", import.meta.url))) {
  problems.push("The packages that this project is built with are not installed. Run `npm ci --ignore-scripts` first.");
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 2 : 0;
