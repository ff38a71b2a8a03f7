import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { projectFiles, readProjectFile } from "../project-files.ts";

type Jobs = Readonly<
  Record<
    string,
    {
      readonly strategy?: { readonly matrix: { readonly node: readonly number[] } };
      readonly steps: readonly { readonly run?: string }[];
    }
  >
>;

type Package = { readonly integrity?: string; readonly resolved?: string; readonly link?: boolean };

const { packages } = JSON.parse(await readProjectFile("package-lock.json")) as {
  readonly packages: Readonly<Record<string, Package>>;
};
const installed = Object.entries(packages).filter(([path]) => path !== "");

describe("package-lock.json", () => {
  test("knows what each package is made of, those of other platforms too: a registry cannot give out others", () => {
    expect(installed.length).toBeGreaterThan(100);
    const without = installed.filter(([, { integrity = "" }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity));
    expect(without.map(([path]) => path)).toEqual([]);
  });

  test("names no address, so that every registry can be used", () => {
    expect(installed.filter(([, { resolved, link }]) => resolved !== undefined || link === true)).toEqual([]);
  });
});

describe("dist/ is rebuilt on Node 20 and on Node 24", () => {
  test("for a pull request", async () => {
    const { jobs } = parse(await readProjectFile(".github/workflows/check.yml")) as { readonly jobs: Jobs };
    const rebuilt = Object.values(jobs).filter(({ steps }) => steps.some(({ run }) => run === "npm run check:dist"));
    expect(rebuilt.map(({ strategy }) => strategy?.matrix.node)).toEqual([[24, 20]]);
  });

  test("by hand, on the Node that is there and on the other", async () => {
    const lines = (await readProjectFile(".ci/run")).split("\n").filter((line) => line.includes("check:dist"));
    expect(lines.map((line) => line.replace(/^step "[^"]*" /, ""))).toEqual([
      "npm run --silent check:dist",
      "bash scripts/on-node.sh 24 npm run --silent check:dist",
    ]);
  });
});

test.each([".ci/run", ...projectFiles().filter((path) => /^(?:\.github\/workflows|scripts)\//.test(path))])(
  "%s runs no script of a package while it installs any",
  async (path) => {
    const installs = [...(await readProjectFile(path)).matchAll(/npm (?:ci|i|install)\b.*/g)].map(([line]) => line);
    expect(installs.filter((line) => !line.includes("--ignore-scripts"))).toEqual([]);
  },
);
