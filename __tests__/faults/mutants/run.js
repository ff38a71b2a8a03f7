import { spawnSync } from "node:child_process";
import { mutants } from "./mutants.js";

/** With every guard in place the guards' cases pass; with any one of them switched off, at least one fails. */

const passes = (mutant) => {
  const args = ["--experimental-vm-modules", "--no-warnings", "node_modules/jest/bin/jest.js"];
  const { status, stderr } = spawnSync(process.execPath, [...args, "--config", "jest.mutants.config.js"], {
    env: { ...process.env, MUTANT: mutant },
    encoding: "utf8",
  });
  // A suite that could not be loaded says nothing about the guard.
  if (/failed to run/.test(stderr) || !/^Tests: .*\b[1-9]\d* total/m.test(stderr)) throw new Error(stderr);
  const failed = [...stderr.matchAll(/^ +✕ (.+?)(?: \(.+\))?$/gm)].map(([, name]) => name);
  console.log(
    `${mutant === "" ? "Every guard in place" : `Without "${mutant}"`}: ${status === 0 ? "green" : `red (${failed.join("; ")})`}`,
  );
  return status === 0;
};

const whole = passes("");
const survivors = Object.keys(mutants).filter((mutant) => passes(mutant));
if (!whole) console.error("The cases fail with every guard in place.");
for (const mutant of survivors) console.error(`No case notices that "${mutant}" is switched off.`);
process.exit(whole && survivors.length === 0 ? 0 : 1);
