import { describe, expect, test } from "@jest/globals";
import { projectFiles, readProjectFile } from "../project-files.ts";

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

test.each([".ci/run", ...projectFiles().filter((path) => /^(?:\.github\/workflows|scripts)\//.test(path))])(
  "%s runs no script of a package while it installs any",
  async (path) => {
    const installs = [...(await readProjectFile(path)).matchAll(/npm (?:ci|i|install)\b.*/g)].map(([line]) => line);
    expect(installs.filter((line) => !line.includes("--ignore-scripts"))).toEqual([]);
  },
);
