import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBenchScene } from "../build/simulator/bench/scene.js";
import { runChild } from "../build/simulator/runner/child-process.js";
import { chunkOf, writeCalledFirst } from "./called-first.js";
import { modulesIn, placesIn } from "./compiled-at-once.js";

/**
 * Writes called-first.json, from deployments by dist/: `npm run profile`. Build again afterwards. Of chunks that are there when
 * AWS is asked first, it takes what has been called until then, and of those that are loaded while the first requests are
 * under way, what is called at all.
 */

const folder = mkdtempSync(join(tmpdir(), "called-first-"));

/** Ends a deployment in the turn of Node's event loop after AWS was asked first; all first requests are sent in one turn. */
const ending = join(folder, "end.cjs");
writeFileSync(
  ending,
  `const http = require("node:http");
const { request } = http;
http.request = (...asked) => {
  if (/^AWS4-/.test(asked[0].headers?.authorization)) setImmediate(() => process.exit());
  return request(...asked);
};`,
);

/** Milliseconds that a request takes: then no answer comes before the end. */
const LATENCY = 4000;

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
const calledIn = async (name, latency, environment = {}) => {
  observed = { NODE_V8_COVERAGE: join(folder, name), ...environment };
  await scene.deploy({ latency, checkRun: false });
  const [file] = readdirSync(observed.NODE_V8_COVERAGE);
  const { result } = JSON.parse(readFileSync(join(observed.NODE_V8_COVERAGE, file), "utf8"));
  return result
    .filter(({ url }) => url.includes("/dist/") && chunkOf(url) !== undefined)
    .map(({ url, functions }) => ({
      url,
      code: readFileSync(new URL(url), "utf8"),
      spans: functions.map(({ ranges: [whole] }) => whole).filter(({ count }) => count > 0),
    }));
};

/** The innermost that has the span's end and begins no later: V8 and the parser do not agree where `async` ones begin. */
const indexOf = (span, functions, place) =>
  functions.findLastIndex(
    ({ span: { start, end } }) => place(end) === span.endOffset && place(start) <= span.startOffset,
  );

/** Of each chunk, the modules that were called, with the functions in them that were. */
const calledOf = async (chunks) => {
  const found = new Map();
  for (const { url, code, spans } of chunks) {
    const place = placesIn(code);
    const ends = new Set(spans.map(({ endOffset }) => endOffset));
    const modules = (await modulesIn(code)).filter(({ value }) => ends.has(place(value.span.end)));
    const called = modules.map(({ id, functions }) => {
      const indexes = new Set(spans.map((span) => indexOf(span, functions, place)).filter((index) => index >= 0));
      return [id, [...indexes].sort((one, other) => one - other)];
    });
    found.set(chunkOf(url), called);
  }
  return found;
};

const begun = await calledIn("begun", LATENCY, { NODE_OPTIONS: `--require ${ending}` });
const whole = await calledIn("whole", 0);
await scene.close();
rmSync(folder, { recursive: true });
const isAwaited = ({ url }) => begun.some((chunk) => chunk.url === url);
writeCalledFirst({
  awaited: await calledOf(begun),
  later: await calledOf(whole.filter((chunk) => !isAwaited(chunk))),
});
