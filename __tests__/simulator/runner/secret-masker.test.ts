import { describe, expect, test } from "@jest/globals";
import { secretMasker } from "../../../simulator/runner/secret-masker.ts";

describe("secretMasker", () => {
  test("masks every occurrence", () => {
    expect(secretMasker(["hunter2"]).mask("hunter2 and hunter2")).toBe("*** and ***");
  });

  test("overlapping, nested and adjacent secrets leave one mark", () => {
    expect(secretMasker(["abc", "cd", "b"]).mask("xabcdx bb abccd")).toBe("x***x *** ***");
  });

  test("a secret of several lines masks each line", () => {
    expect(secretMasker(["first\r\nsecond\n"]).mask("first, second")).toBe("***, ***");
  });

  test("blank secrets mask nothing", () => {
    expect(secretMasker(["", "  ", "\n"]).mask("a  b\n")).toBe("a  b\n");
  });

  test("masks a secret's encodings", () => {
    const secret = 'p&ss "word"';
    const masker = secretMasker([secret]);
    expect(masker.mask(Buffer.from(secret).toString("base64"))).toBe("***");
    expect(masker.mask(encodeURIComponent(secret))).toBe("***");
    expect(masker.mask(JSON.stringify(secret))).toBe('"***"');
  });

  test("a secret that is added later is masked from then on", () => {
    const masker = secretMasker();
    expect(masker.mask("late")).toBe("late");
    masker.add("late");
    expect(masker.mask("late")).toBe("***");
  });
});
