import { expect, test } from "@jest/globals";
import { bytesOf, wholeLines, withoutMiddle } from "../../../src/report/text/fitting.ts";
import fc from "../../property.ts";

const texts = fc.string({ unit: "binary", maxLength: 600 });

test("a text without its middle stays within its bytes, keeps both ends, and cuts no character", () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 100, max: 800 }), (text, limit) => {
      const cut = withoutMiddle(text, limit);
      expect(bytesOf(cut)).toBeLessThanOrEqual(limit + 100);
      if (bytesOf(text) <= limit) return expect(cut).toBe(text);
      expect(cut).toContain("the whole error is in the log");
      expect(cut.includes("\ufffd")).toBe(text.includes("\ufffd"));
      expect(text.startsWith(cut.slice(0, 20))).toBe(true);
      expect(text.endsWith(cut.slice(-20))).toBe(true);
    }),
  );
});

test("of lines only whole ones are left, and it is said", () => {
  const lines = Array.from({ length: 1000 }, (_, index) => `| 🧹 stage ${index} |`);
  const cut = wholeLines(lines.join("\n"), 2000, "The rest did not fit.");
  expect(bytesOf(cut)).toBeLessThanOrEqual(2000);
  expect(cut.endsWith("|\n\nThe rest did not fit.")).toBe(true);
  for (const line of cut.split("\n").slice(0, -2)) expect(lines).toContain(line);
});
