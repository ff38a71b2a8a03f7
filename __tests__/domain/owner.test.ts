import { describe, expect, test } from "@jest/globals";
import { OWNER_TAG, ownerTags, provenOwner, sameOwner } from "../../src/domain/owner.ts";
import fc from "../property.ts";

const owners = fc.record({
  repositoryId: fc.nat().map(String),
  pullRequest: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
});
const addresses = fc.record({
  restApiId: fc.stringMatching(/^[a-z0-9]{1,64}$/),
  stageName: fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/),
});

describe("I3: the tag of a stage", () => {
  test("proves its owner at its own address", () => {
    fc.assert(
      fc.property(owners, addresses, (owner, address) => {
        expect(provenOwner(ownerTags(owner, address), address)).toEqual(owner);
      }),
    );
  });

  test.each(["restApiId", "stageName"] as const)("proves nothing where the %s is another", (member) => {
    fc.assert(
      fc.property(owners, addresses, addresses, (owner, address, other) => {
        fc.pre(address[member] !== other[member]);
        expect(provenOwner(ownerTags(owner, address), { ...address, [member]: other[member] })).toBeUndefined();
      }),
    );
  });

  test("proves nothing once a part of it is gone", () => {
    fc.assert(
      fc.property(owners, addresses, fc.nat(), (owner, address, cut) => {
        const value = ownerTags(owner, address)[OWNER_TAG] ?? "";
        const shortened = value.slice(0, cut % value.length);
        expect(provenOwner({ [OWNER_TAG]: shortened }, address)).toBeUndefined();
      }),
    );
  });

  test("proves nothing when it is any other text", () => {
    fc.assert(
      fc.property(fc.string(), addresses, (value, address) => {
        expect(provenOwner({ [OWNER_TAG]: value }, address)).toBeUndefined();
      }),
    );
  });

  test("fits what a tag value may be", () => {
    const [longest = ""] = Object.values(
      ownerTags(
        { repositoryId: "9".repeat(10), pullRequest: 9_999_999 },
        { restApiId: "a1b2c3d4e5", stageName: "s".repeat(128) },
      ),
    );
    expect(longest.length).toBeLessThanOrEqual(256);
    expect(longest).toMatch(/^[A-Za-z0-9 +\-=._:/]+$/);
  });
});

test.each([
  ["the same pull request", { repositoryId: "1", pullRequest: 7 }, { repositoryId: "1", pullRequest: 7 }, true],
  ["another pull request", { repositoryId: "1", pullRequest: 7 }, { repositoryId: "1", pullRequest: 8 }, false],
  ["another repository", { repositoryId: "1", pullRequest: 7 }, { repositoryId: "2", pullRequest: 7 }, false],
  ["no pull request", { repositoryId: "1", pullRequest: 7 }, { repositoryId: "1", pullRequest: undefined }, false],
])("an owner and %s", (_, one, other, same) => {
  expect(sameOwner(one, other)).toBe(same);
});
