import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { dispatchEvent } from "../../../simulator/github/events.ts";
import { spawnOn } from "../../../simulator/runner/child-process.ts";
import { scenesWith } from "../../scene.ts";

/** What the largest definitions cost the process that reads, compares and reports them. */

const { inScene } = scenesWith(spawnOn(process.execPath));

/** Seconds of CPU time, several times what it takes: what grew with the square of the size would take minutes. */
const TIME = 10;
/** Megabytes. */
const MEMORY = 300;

const workspace = mkdtempSync(join(tmpdir(), "largest-"));
const usage = join(workspace, "usage.json");

/** Notes what the process has used, when it ends. */
const gauge = `data:text/javascript,${encodeURIComponent(`
import { writeFileSync } from "node:fs";
process.on("exit", () => {
  if (process.argv[1]?.endsWith("index.js")) writeFileSync(${JSON.stringify(usage)}, JSON.stringify(process.resourceUsage()));
});`)}`;

const head = 'openapi: "3.0.3"\ninfo: { title: Orders, version: "1" }\n';
const integration = "{ x-amazon-apigateway-integration: { type: mock } }";
const times = (count: number, piece: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => piece(index)).join("");
const verbs = ["get", "put", "post", "delete", "options", "head", "patch"];

const definitions: Readonly<Record<string, string>> = {
  "as many paths as are read": `${head}paths:\n${times(49_900, (index) => `  /p${index}: { get: ${integration} }\n`)}`,
  "as many methods as are read": `${head}paths:\n${times(
    7100,
    (index) => `  /p${index}:\n${verbs.map((verb) => `    ${verb}: ${integration}\n`).join("")}`,
  )}`,
  "6 MB of descriptions": `${head}paths:\n${times(
    2900,
    (index) =>
      `  /p${index}:\n    get:\n      description: "${"Words. ".repeat(285)}"\n      x-amazon-apigateway-integration: { type: mock }\n`,
  )}`,
  "as many values as are read, to be sent as JSON": `${head}x-day: 2020-01-01\nx-list:\n${"  - b\n".repeat(590_000)}paths:\n  /p: { get: ${integration} }\n`,
};

test.each(Object.entries(definitions))(
  `%s: within ${TIME} s of CPU time and ${MEMORY} MB, and the summary is cut within what GitHub takes`,
  (name, definition) =>
    inScene({}, async (scene) => {
      scene.addStage("prod");
      writeFileSync(join(workspace, "api.yml"), definition);
      const run = await scene.deploy(
        { "stage-name": "prod", definition: "api.yml", "dry-run": "true" },
        {
          event: dispatchEvent(scene.repository, "alice"),
          runner: { workspace, env: { NODE_OPTIONS: `--import ${gauge}` } },
        },
      );
      expect(run.outputs["result"]).toBe("planned");
      expect(Buffer.byteLength(run.summary)).toBeLessThan(1024 * 1024);
      const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(usage, "utf8"));
      const used = { seconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: Math.round(maxRSS / 1024) };
      process.stderr.write(`${name}: ${used.seconds.toFixed(1)} s of CPU time, ${used.megabytes} MB\n`);
      expect(used.seconds).toBeLessThan(TIME);
      expect(used.megabytes).toBeLessThan(MEMORY);
    }),
  300_000,
);
