import { describe, expect, test } from "@jest/globals";
import { describe as description, markerOf, parseMarker, sameWork } from "../../src/domain/marker.ts";
import fc from "../property.ts";
import { aRun } from "../requests.ts";

const runs = fc
  .record({
    runId: fc.nat().map(String),
    attempt: fc.integer({ min: 1, max: 99 }),
    commit: fc.stringMatching(/^[0-9a-f]{40}$/),
    job: fc.string(),
    step: fc.string(),
    nonce: fc.stringMatching(/^[0-9a-f]{8}$/),
  })
  .map(aRun);
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const imported = (digest: string) => ({ definition: { definition: { digest }, mode: "overwrite" } }) as const;
const stageNames = fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/);

describe("a deployment's marker", () => {
  test("reads back as what was written", () => {
    fc.assert(
      fc.property(
        runs,
        stageNames,
        fc.option(fc.integer({ min: 1 }), { nil: undefined }),
        (run, stageName, previewOf) => {
          const marker = markerOf(run, stageName, { previewOf });
          expect(marker.preview).toBe(previewOf);
          expect(parseMarker(description(marker))).toEqual(marker);
        },
      ),
    );
  });

  test("fits a description with ids and names at their longest", () => {
    const run = aRun({
      repository: { owner: "a", name: "b", id: "9".repeat(12) },
      runId: "9".repeat(14),
      attempt: 999,
      commit: "f".repeat(64),
    });
    expect(description(markerOf(run, "s".repeat(128), { previewOf: 999_999_999 })).length).toBeLessThan(255);
  });

  test("tells long stage names apart that begin alike", () => {
    const start = "s".repeat(100);
    expect(sameWork(markerOf(aRun(), `${start}-one`), markerOf(aRun(), `${start}-two`))).toBe(false);
  });

  test.each([
    ["of a person", "Friday's release"],
    ["empty", ""],
    ["with a word after it", `${description(markerOf(aRun(), "pr-7"))} edited`],
    ["with a word before it", `copy of ${description(markerOf(aRun(), "pr-7"))}`],
  ])("is not found in a description %s", (_, text) => {
    expect(parseMarker(text)).toBeUndefined();
  });
});

test.each([
  ["a later attempt in another process", { attempt: 2, nonce: "11111111" }, true],
  ["another run", { runId: "9002" }, false],
  ["another commit", { commit: "f".repeat(40) }, false],
  ["another job", { job: "other" }, false],
  ["another step", { step: "other" }, false],
  ["another repository", { repository: { owner: "acme", name: "orders", id: "43" } }, false],
])("the work of %s is the same: %#", (_, changes, same) => {
  expect(sameWork(markerOf(aRun(changes), "pr-7"), markerOf(aRun(), "pr-7"))).toBe(same);
});

test("the work for another stage is not the same", () => {
  expect(sameWork(markerOf(aRun(), "pr-8"), markerOf(aRun(), "pr-7"))).toBe(false);
});

describe("the definition in a deployment's marker", () => {
  test("is the start of its digest, and read back", () => {
    fc.assert(
      fc.property(hex(64), fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/), (digest, stageName) => {
        const marker = markerOf(aRun(), stageName, { ...imported(digest), previewOf: 99_999_999 });
        expect(marker.definition).toBe(digest.slice(0, 16));
        expect(parseMarker(description(marker))).toEqual(marker);
        expect(description(marker).length).toBeLessThan(255);
      }),
    );
  });

  test("is missing where none was imported", () => {
    expect(parseMarker(description(markerOf(aRun(), "pr-7")))).not.toHaveProperty("definition");
  });

  test.each([
    ["the same definition", "a".repeat(64), true],
    ["another definition", "b".repeat(64), false],
    ["no definition", undefined, false],
  ])("tells its work from that with %s: %#", (_, digest, same) => {
    const other = digest === undefined ? {} : imported(digest);
    expect(sameWork(markerOf(aRun(), "pr-7", imported("a".repeat(64))), markerOf(aRun(), "pr-7", other))).toBe(same);
  });
});
