import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path/posix";
import { describe, expect, test } from "@jest/globals";
import { httpApi } from "../src/aws/http-api/kind.ts";
import type { Capability } from "../src/domain/api-kind.ts";
import { projectFiles, readProjectFile, root } from "./project-files.ts";

const files = projectFiles().filter((path) => /^(?:src|simulator|scripts|cli)\/.*\.ts$/.test(path));
const sources: ReadonlyMap<string, string> = new Map(
  await Promise.all(
    files.filter((path) => path.startsWith("src/")).map(async (path) => [path, await readProjectFile(path)] as const),
  ),
);

/** The file and what loads with it, as far as it is ours. */
const loadedWith = (path: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(path)) return seen;
  seen.add(path);
  const imports = (sources.get(path) ?? "").matchAll(/^(?:import|export) (?!type )[^;]*?"(\.[^"]+)";/gm);
  for (const [, to = ""] of imports) loadedWith(join(dirname(path), to), seen);
  return seen;
};

type Finding = {
  readonly category: string;
  readonly message: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
};

/** What the linter finds in such files, by path, with this configuration. */
const lint = async (configuration: unknown, contents: ReadonlyMap<string, string>): Promise<readonly Finding[]> => {
  const folder = await mkdtemp(join(tmpdir(), "lint-"));
  try {
    await writeFile(join(folder, "biome.json"), JSON.stringify(configuration));
    for (const [path, content] of contents) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    const biome = resolve(root, "node_modules/@biomejs/biome/bin/biome");
    const args = [biome, "lint", "--reporter=json", "--max-diagnostics=none", "."];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26 });
    return JSON.parse(stdout).diagnostics;
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** The rooms in the order of the story, each with those that it may import from beside itself. */
const doors = {
  domain: [],
  inputs: ["domain"],
  runner: ["domain", "inputs"],
  aws: ["domain", "inputs"],
  github: ["domain", "inputs"],
  observe: ["domain", "inputs", "runner", "aws", "github"],
  plan: ["domain", "inputs"],
  apply: ["domain", "inputs", "runner", "aws", "github", "observe", "plan"],
  verify: ["domain", "inputs", "runner", "observe", "plan", "apply"],
  report: ["domain", "inputs", "runner", "aws", "github", "observe", "plan", "apply", "verify"],
  commands: ["domain", "inputs", "runner", "aws", "github", "observe", "plan", "apply", "verify", "report"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type Room = keyof typeof doors;
const rooms = Object.keys(doors) as Room[];
const pure: readonly Room[] = ["domain", "inputs", "plan"];
const impure = rooms.filter((room) => !pure.includes(room));

/** What a file says, where `UP` leads out of its room, and the rooms that may hold such a file. */
const contents: readonly (readonly [string, readonly Room[]])[] = [
  ...rooms.map((target): readonly [string, readonly Room[]] => [
    `import "UP${target}/probe.ts";`,
    rooms.filter((room) => room === target || (doors[room] as readonly Room[]).includes(target)),
  ]),
  // The types of what was observed are all that a decision may know of observing.
  ['import "UPobserve/observed.ts";', ["observe", "plan", "apply", "verify", "report", "commands"]],
  ['import "UPobserve/deploy.ts";', ["observe", "apply", "verify", "report", "commands"]],
  ['import "UPrun.ts";', []],
  ['import "UPmain.ts";', []],
  ['import "UPpost.ts";', []],
  ['import "UP../simulator/simulator.ts";', []],
  ['import "@aws-sdk/client-api-gateway";', ["aws"]],
  ['import "@aws-sdk/core/client";', ["aws"]],
  ['import "@smithy/node-http-handler";', ["aws"]],
  ['import "@actions/github";', ["github"]],
  ['import "@actions/github/lib/utils";', ["github"]],
  ['import "@octokit/core";', ["github"]],
  ['import "@actions/core";', ["runner"]],
  ['import "@actions/core/lib/core";', ["runner"]],
  ['import "node:crypto";', rooms],
  ['import "node:fs/promises";', impure],
  ["export const home = process.env;", impure],
  ["export const asked = fetch;", impure],
  ["export const later = setTimeout;", impure],
];

const probes = contents.flatMap(([content, allowed], index) =>
  rooms.flatMap((room) =>
    ["", "deep/", "deep/er/"].map((below) => ({
      path: `src/${room}/${below}probe-${index}.ts`,
      content: content.replace("UP", `../${below.replaceAll(/[a-z]+/g, "..")}`),
      allowed: allowed.includes(room),
      line: content,
    })),
  ),
);

const { vcs: _vcs, $schema: _schema, ...ownRules } = JSON.parse(await readProjectFile("biome.json"));
const broken = new Map(
  (await lint(ownRules, new Map(probes.map(({ path, content }) => [path, content]))))
    .filter(({ category }) => category.includes("noRestricted"))
    .map(({ category, location }) => [location.path, basename(category)]),
);

describe("the linter keeps the doors of src/ shut", () => {
  test.each(contents)("%s is for %j", (line) => {
    const rule = line.startsWith("import") ? "noRestrictedImports" : "noRestrictedGlobals";
    const ofLine = probes.filter((probe) => probe.line === line);
    const openDoors = ofLine.filter(({ path, allowed }) => !allowed && broken.get(path) !== rule);
    const shutDoors = ofLine.filter(({ path, allowed }) => allowed && broken.has(path));
    expect(ofLine).toHaveLength(3 * rooms.length);
    expect({ openDoors, shutDoors }).toEqual({ openDoors: [], shutDoors: [] });
  });

  test("every folder of src/ is a room with rules of its own", () => {
    const folders = new Set([...sources.keys()].flatMap((path) => /^src\/([^/]+)\//.exec(path)?.slice(1) ?? []));
    expect([...folders].sort()).toEqual([...rooms].sort());
  });

  test("no file asks for an exception", () => {
    expect([...sources].flatMap(([path, text]) => (/biome-ignore/.test(text) ? [path] : []))).toEqual([]);
  });
});

test("what is pure reads no clock and throws no dice", () => {
  const isPure = (path: string): boolean => pure.some((room) => path.startsWith(`src/${room}/`));
  const impurity = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b/;
  expect([...sources].flatMap(([path, text]) => (isPure(path) && impurity.test(text) ? [path] : []))).toEqual([]);
});

test("no file is a drawer", () => {
  expect(files.filter((path) => /^(?:utils?|helpers?|common|misc|shared)\b/.test(basename(path)))).toEqual([]);
});

describe("which kind an API is, is known to the rooms of AWS and to the readers of definitions alone:", () => {
  const mayKnow = /^src\/(?:aws|inputs\/definition)\//;
  // An input is for one kind, and an error says so.
  const speaks = [
    "src/inputs/target.ts",
    "src/domain/error-register.ts",
    // On one domain, both kinds can meet.
    "src/plan/preview-domain/refusals.ts",
  ];
  const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "");
  const saying = (word: RegExp): readonly string[] =>
    [...sources].flatMap(([path, text]) =>
      !mayKnow.test(path) && !speaks.includes(path) && word.test(withoutComments(text)) ? [path] : [],
    );

  test("no other file names one or asks for one", () => {
    expect(saying(/\b(?:REST|HTTP|WebSocket) APIs?\b|\bkind\.name\s*[!=]==|[!=]== "(?:rest|http|websocket)"/)).toEqual(
      [],
    );
  });

  test("a call or an address of one kind stands only where something is told that HTTP APIs lack", () => {
    const about: Readonly<Record<string, Capability>> = {
      "src/plan/canary/has-canary.ts": "canary",
      "src/plan/documentation.ts": "documentation-version",
      "src/plan/readiness.ts": "usage-plans",
      "src/plan/settings/checks.ts": "execution-logs",
      "src/plan/usage-plans.ts": "usage-plans",
      "src/plan/web-acl.ts": "web-acl",
    };
    const found = saying(/\/(?:rest)?apis\/\$|\baws apigateway(?:v2)? (?!get-domain-names)|--(?:rest-)?api-id/);
    expect([...found].sort()).toEqual(Object.keys(about));
    expect(Object.values(about).filter((capability) => httpApi.lacks[capability] === undefined)).toEqual([]);
  });
});

test("scenes play for all kinds of APIs, or for those that can what they are about", async () => {
  const others = [
    // What one kind has alone.
    "http-apis",
    "http-definition",
    "web-socket-apis",
    // Before any API is asked.
    "last-resort",
  ];
  const scenes = projectFiles().filter((path) => /^__tests__\/e2e\/[^/]+\.test\.ts$/.test(path));
  const texts = await Promise.all(
    scenes.map(async (path) => [basename(path, ".test.ts"), await readProjectFile(path)] as const),
  );
  const alone = texts.filter(([, text]) => !/describe\.each\(kinds(?:That\()?/.test(text)).map(([name]) => name);
  expect(alone.sort()).toEqual(others.sort());
});

describe("what a person can take in at once", () => {
  test("no file of src/ has more than 300 lines", () => {
    const long = [...sources].flatMap(([path, text]) => {
      const lines = text.trimEnd().split("\n").length;
      return lines > 300 ? [`${path}: ${lines} lines`] : [];
    });
    expect(long).toEqual([]);
  });

  test("whatever checks its shape does so with zod/mini, which loads in a third of the time", () => {
    const whole = [...sources].filter(([, source]) => /from "zod"/.test(source)).map(([path]) => path);
    expect(whole).toEqual([]);
    expect([...sources.values()].some((source) => source.includes('from "zod/mini"'))).toBe(true);
  });

  test("what checks the shape of answers is loaded while the first requests are under way", () => {
    const checking = (entry: string): readonly string[] =>
      [...loadedWith(entry)].filter((path) => /^import \* as z /m.test(sources.get(path) ?? ""));
    expect([...checking("src/main.ts"), ...checking("src/observe/session.ts")]).toEqual([]);
    expect(checking("src/story.ts")).toContain("src/aws/rest-api/answers.ts");
  });

  test("what asks AWS is loaded when GitHub has been asked", () => {
    expect([...loadedWith("src/main.ts")].filter((path) => path.startsWith("src/aws/"))).toEqual([]);
    expect(loadedWith("src/observe/session.ts")).toContain("src/aws/client.ts");
  });

  test("no function of src/ has more than 50 lines", async () => {
    // The linter counts what stands between the first line and the last.
    const noExcessiveLinesPerFunction = { level: "error", options: { maxLines: 48 } };
    const configuration = { linter: { rules: { preset: "none", complexity: { noExcessiveLinesPerFunction } } } };
    const tooLong = `export const tooLong = () => {\n${"  fetch();\n".repeat(49)}};\n`;
    const found = await lint(configuration, new Map([...sources, ["src/too-long.ts", tooLong]]));
    const long = found.map(({ message, location }) => `${location.path}:${location.start.line}: ${message}`);
    // The probe shows that the rule is at work.
    expect(long).toEqual([expect.stringContaining("src/too-long.ts:1: This function has too many lines")]);
  });

  test("the story is told in two times less than 80 lines", () => {
    const lines = ["src/run.ts", "src/story.ts"].map((path) => sources.get(path)?.trimEnd().split("\n").length ?? 0);
    expect(Math.max(...lines)).toBeLessThan(80);
    expect(Math.min(...lines)).toBeGreaterThan(0);
  });
});
