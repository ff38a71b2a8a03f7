import { describe, expect, test } from "@jest/globals";
import { CANARY_TAG, type CanaryIntent, intentTag, readIntent } from "../../../src/plan/canary/intent.ts";
import fc from "../../property.ts";

const address = { restApiId: "a1b2c3d4e5", stageName: "prod" };
const id = fc.stringMatching(/^[a-z0-9]{6,16}$/);
const seconds = fc.integer({ min: 0, max: 9_999_999_999 }).map((number) => number * 1000);
const number = fc.integer({ min: 1, max: 99_999_999_999 }).map(String);
const intents: fc.Arbitrary<CanaryIntent> = fc.record({
  repositoryId: number,
  runId: number,
  canary: id,
  base: id,
  step: fc.integer({ min: 0, max: 20 }),
  percent: fc.integer({ min: 0, max: 1000 }).map((tenth) => tenth / 10),
  since: seconds,
  until: seconds,
  atEnd: fc.constantFrom("abort", "hold"),
  failed: fc.integer({ min: 0, max: 99 }),
});

describe("the canary's tag", () => {
  test("is read back as it was meant, and is one that API Gateway takes", () => {
    fc.assert(
      fc.property(intents, (intent) => {
        const tags = intentTag(intent, address);
        expect(readIntent(tags, address)).toEqual(intent);
        // API Gateway Developer Guide, "Tagging API Gateway resources".
        expect(tags[CANARY_TAG]).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u);
      }),
    );
  });

  test("proves nothing on another stage, and nothing once it was changed", () => {
    const [intent] = fc.sample(intents, 1);
    if (intent === undefined) throw new Error("no sample");
    const tags = intentTag(intent, address);
    expect(readIntent(tags, { ...address, stageName: "test" })).toBeUndefined();
    expect(readIntent({ [CANARY_TAG]: `${tags[CANARY_TAG]} ` }, address)).toBeUndefined();
    expect(readIntent({}, address)).toBeUndefined();
  });

  test("in whole seconds: what is finer is left out", () => {
    const [intent] = fc.sample(intents, 1);
    if (intent === undefined) throw new Error("no sample");
    expect(readIntent(intentTag({ ...intent, since: 1_700_000_000_999 }, address), address)?.since).toBe(
      1_700_000_000_000,
    );
  });
});
