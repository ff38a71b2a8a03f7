import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBenchScene } from "../build/simulator/bench/scene.js";
import { runChild } from "../build/simulator/runner/child-process.js";
import { writeCalledFirst } from "./called-first.js";
import { modulesIn, placesIn } from "./compiled-at-once.js";

/**
 * Writes called-first.json, from deployments by dist/: `npm run profile`. Build again afterwards. Of a chunk that requests
 * wait for, it takes what is called before their answers come, and of the one that tells the story, which is loaded while
 * they are under way, what is called at all.
 */

/** What tells the story. */
const STORY = /[{,]tell:/;

/** Milliseconds that requests take, and after which a deployment is ended: then it waits for answers, and all else is done. */
const LATENCY = 4000;
const END = 2000;

const folder = mkdtempSync(join(tmpdir(), "called-first-"));
const ending = join(folder, "end.cjs");
writeFileSync(ending, `setTimeout(() => process.exit(), ${END});`);

let observed = {};
const runScript = (path, { env, ...options }) =>
  runChild({
    ...options,
    env: { ...env, ...(path.endsWith("index.js") ? observed : {}) },
    command: process.execPath,
    args: [path],
  });
const scene = await openBenchScene(process.cwd(), { comments: 0, input: "rest-api-id" }, { runScript });

/** Places of functions in the text of each chunk, where they begin and have ended, as V8 counts. */
const calledIn = async (name, latency, environment) => {
  observed = { NODE_V8_COVERAGE: join(folder, name), ...environment };
  await scene.deploy({ latency, checkRun: false });
  const [file] = readdirSync(observed.NODE_V8_COVERAGE);
  const { result } = JSON.parse(readFileSync(join(observed.NODE_V8_COVERAGE, file), "utf8"));
  return result
    .filter(({ url }) => /\/dist\/\d+\.index\.js$/.test(url))
    .map(({ url, functions }) => ({
      code: readFileSync(new URL(url), "utf8"),
      spans: functions.map(({ ranges: [whole] }) => whole).filter(({ count }) => count > 0),
    }));
};

/** The innermost that has the span's end and begins no later: V8 and the parser do not agree where `async` ones begin. */
const indexOf = (span, functions, place) =>
  functions.findLastIndex(
    ({ span: { start, end } }) => place(end) === span.endOffset && place(start) <= span.startOffset,
  );

const chunks = [
  ...(await calledIn("begun", LATENCY, { NODE_OPTIONS: `--require ${ending}` })).filter(
    ({ code }) => !STORY.test(code),
  ),
  ...(await calledIn("whole", 0, {})).filter(({ code }) => STORY.test(code)),
];
await scene.close();
rmSync(folder, { recursive: true });

const found = new Map();
for (const { code, spans } of chunks) {
  const place = placesIn(code);
  for (const { id, functions } of await modulesIn(code)) {
    const called = new Set(spans.map((span) => indexOf(span, functions, place)).filter((index) => index >= 0));
    if (called.size > 0)
      found.set(
        id,
        [...called].sort((one, other) => one - other),
      );
  }
}
writeCalledFirst(found);
