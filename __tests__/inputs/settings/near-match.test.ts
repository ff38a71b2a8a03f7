import { expect, test } from "@jest/globals";
import { didYouMean, nearMatch } from "../../../src/inputs/settings/near-match.ts";

const names = ["throttling", "tracing", "cluster-size", "client-certificate-id", "ttl"];

test.each([
  ["throtling", "throttling"],
  ["clusterSize", "cluster-size"],
  ["Client_Certificate_ID", "client-certificate-id"],
  ["tll", "ttl"],
  ["logging", undefined],
  ["", undefined],
  ["x".repeat(100_000), undefined],
])("%.20s is near %s", (written, near) => {
  expect(nearMatch(written, names)).toBe(near);
  expect(didYouMean(written, names)).toBe(near === undefined ? "" : ` Did you mean ${near}?`);
});
