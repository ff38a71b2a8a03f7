import { describe, expect, test } from "@jest/globals";
import { parseWorkflowCommand } from "../../simulator/runner/workflow-command.ts";
import { inert, visible } from "../../src/domain/inert-text.ts";
import { LINEAR, timed } from "../cpu-time.ts";
import fc from "../property.ts";

/** What the runner's line reader makes of a text. */
const linesOf = (text: string): string[] => text.split(/\r\n|\n|\r/);

/** All characters that .NET trims (`Char.IsWhiteSpace`). */
const blanks = [
  ..."\t\v\f \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000",
  ...Array.from({ length: 11 }, (_, index) => String.fromCodePoint(0x2000 + index)),
];

const commandsIn = (text: string): unknown[] =>
  linesOf(text).flatMap((line) => parseWorkflowCommand(line, () => true) ?? []);

describe("I10: the runner obeys nothing", () => {
  test.each(blanks.map((blank) => [blank, blank.codePointAt(0)?.toString(16)] as const))(
    "after the white space %j (U+%s), which it trims",
    (blank) => {
      expect(commandsIn(`${blank}::error::pwned`)).toHaveLength(1);
      expect(commandsIn(inert(`${blank}::error::pwned`))).toEqual([]);
      expect(commandsIn(inert(`fine${blank}::error::pwned`))).toEqual([]);
    },
  );

  test("of any text", () => {
    const piece = fc.oneof(
      fc.constantFrom(...blanks, "::", ":", "error", "\n", "\r", "\ufeff", "##[error]", "##", "[", "]", "\u001b[2K"),
      fc.string({ unit: "binary", maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), (pieces) => {
        expect(commandsIn(inert(pieces.join("")))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test("and 100,000 blanks take no time", async () => {
    const text = `${" ".repeat(100_000)}x${"\u0085 ".repeat(50_000)}`;
    const { seconds } = await timed(() => inert(text));
    expect(seconds).toBeLessThan(LINEAR);
  });
});

test.each([
  ["a colour", "\u001b[31mred", "[U+001B][31mred"],
  ["an override of direction", "user\u202etxt.exe", "user[U+202E]txt.exe"],
  ["an isolate", "a\u2066b\u2069", "a[U+2066]b[U+2069]"],
  ["a bell", "\u0007", "[U+0007]"],
  ["tabs and lines", "a\tb\nc", "a\tb\nc"],
  ["other writing systems", "שלום مرحبا 日本", "שלום مرحبا 日本"],
])("%s is shown, not obeyed", (_, text, shown) => {
  expect(visible(text)).toBe(shown);
});
