import { describe, expect, test } from "@jest/globals";
import { DRAFT_TAG, type DraftProvenance, draftProvenance, draftTags, refuseDraft } from "../../src/plan/provenance.ts";
import fc from "../property.ts";

const hex = (minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength, maxLength });
const numbers = fc.bigInt({ min: 1n, max: 10n ** 12n }).map(String);
const apis = fc.stringMatching(/^[a-z0-9]{10}$/);
const provenances = fc.record({
  repositoryId: numbers,
  pullRequest: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
  ref: fc.option(fc.stringMatching(/^refs\/heads\/[A-Za-z0-9+\-=._:/@]{1,30}$/), { nil: undefined }),
  commit: hex(40),
  runId: numbers,
  attempt: fc.integer({ min: 1, max: 99 }),
  definition: hex(16),
});

const ofPull7: DraftProvenance = {
  repositoryId: "1",
  pullRequest: 7,
  ref: undefined,
  commit: "c0ffee".padEnd(40, "0"),
  runId: "99",
  attempt: 1,
  definition: "0123456789abcdef",
};

describe("the tag that says what the draft holds", () => {
  test("is read back on its own REST API", () => {
    fc.assert(
      fc.property(provenances, apis, (provenance, restApiId) => {
        expect(draftProvenance(draftTags(provenance, restApiId), restApiId)).toEqual(provenance);
      }),
    );
  });

  test("says nothing on any other REST API", () => {
    fc.assert(
      fc.property(provenances, apis, apis, (provenance, restApiId, other) => {
        fc.pre(restApiId !== other);
        expect(draftProvenance(draftTags(provenance, restApiId), other)).toBeUndefined();
      }),
    );
  });

  test("fits what a tag value may be, whatever the ref", () => {
    fc.assert(
      fc.property(provenances, fc.string({ unit: "binary", maxLength: 300 }), apis, (provenance, ref, restApiId) => {
        const tags = draftTags({ ...provenance, ref }, restApiId);
        expect(tags[DRAFT_TAG]?.length).toBeLessThanOrEqual(256);
        expect(tags[DRAFT_TAG]).toMatch(/^[A-Za-z0-9 +\-=._:/@]+$/);
        expect(draftProvenance(tags, restApiId)).toMatchObject({ commit: provenance.commit, runId: provenance.runId });
      }),
    );
  });

  test("says nothing when it is any other text, or is not there", () => {
    fc.assert(
      fc.property(fc.string(), apis, (value, restApiId) => {
        expect(draftProvenance({ [DRAFT_TAG]: value }, restApiId)).toBeUndefined();
      }),
    );
    expect(draftProvenance({}, "a1b2c3d4e5")).toBeUndefined();
  });

  test("says nothing with a word before or after it", () => {
    const value = draftTags(ofPull7, "a1b2c3d4e5")[DRAFT_TAG] ?? "";
    for (const edited of [`${value} x`, `x ${value}`, value.toUpperCase()]) {
      expect(draftProvenance({ [DRAFT_TAG]: edited }, "a1b2c3d4e5")).toBeUndefined();
    }
  });
});

describe("I1: a draft that pull request #7 imported last", () => {
  const use = { repositoryId: "1", stageName: "pr-7", previewOf: 7, importsDefinition: false, deploymentId: undefined };
  const prod = { ...use, stageName: "prod", previewOf: undefined };

  test.each([
    ["its own preview", ofPull7, use],
    ["any stage whose run imports first", ofPull7, { ...prod, importsDefinition: true }],
    ["any stage that gets an existing deployment", ofPull7, { ...prod, deploymentId: "dep111" }],
  ])("may go to %s", (_, provenance, target) => {
    expect(refuseDraft(provenance, target)).toBeUndefined();
  });

  test.each([
    ["a stage", prod, "stage prod is not its preview"],
    ["another preview", { ...use, stageName: "pr-8", previewOf: 8 }, "stage pr-8 is the preview of pull request #8"],
    ["a preview of another repository", { ...use, repositoryId: "2" }, "pull request #7 of another repository"],
  ])("may not go to %s", (_, target, text) => {
    const refusal = refuseDraft(ofPull7, target);
    expect(refusal?.refused).toBe("DRAFT_OF_PULL_REQUEST");
    expect(refusal?.happened).toContain("pull request #7");
    expect(refusal?.happened).toContain("commit c0ffee0, run 99");
    expect(refusal?.happened).toContain(text);
    expect(refusal?.remedy).toContain("`definition`");
    expect(refusal?.remedy).toContain("`deployment-id`");
  });

  test.each([
    ["a run without a pull request imported last", { ...ofPull7, pullRequest: undefined }],
    ["nothing is known of the draft", undefined],
  ])("is not in the way when %s", (_, provenance) => {
    expect(refuseDraft(provenance, prod)).toBeUndefined();
  });
});
