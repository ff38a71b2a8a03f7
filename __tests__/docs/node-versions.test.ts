import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { projectFiles, readProjectFile } from "../project-files.ts";

type Locked = { readonly dev?: boolean; readonly engines?: { readonly node?: string } };

/** The oldest major version that an `engines.node` lets in: each alternative begins with a lower bound. */
const oldestIn = (range: string): number =>
  Math.min(...range.split("||").map((part) => Number(/\d+/.exec(part)?.[0] ?? Number.POSITIVE_INFINITY)));

test("nothing in the bundle needs more than the Node 20 that action.yml names", async () => {
  expect(parse(await readProjectFile("action.yml")).runs.using).toBe("node20");
  const { packages } = JSON.parse(await readProjectFile("package-lock.json")) as { packages: Record<string, Locked> };
  const tooNew = Object.entries(packages).filter(
    ([, { dev, engines }]) => dev !== true && engines?.node !== undefined && oldestIn(engines.node) > 20,
  );
  expect(Object.keys(packages).filter((name) => name.includes("@aws-sdk/client-"))).not.toEqual([]);
  expect(tooNew.map(([name]) => name)).toEqual([]);
});

const shown = projectFiles().filter((path) => /^(?:README\.md|docs\/[\w-]+\.md|examples\/.*\.yml)$/.test(path));

test.each(shown)("what people copy from %s runs on Node 24 without the runner's warning", async (path) => {
  const used = [...(await readProjectFile(path)).matchAll(/uses: (?:[\w-]+\/apigw-stage-action)(\S*)/g)];
  expect(used.map(([, rest]) => rest).filter((rest) => rest !== "/node24@v1")).toEqual([]);
});
