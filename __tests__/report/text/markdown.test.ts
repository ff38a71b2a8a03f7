import { describe, expect, test } from "@jest/globals";
import { code, codeBlock, factTable, hidden, link, plain } from "../../../src/report/text/markdown.ts";
import { inline, list, paragraphs, unmarked } from "../../../src/report/text/prose.ts";
import { LINEAR, timed } from "../../cpu-time.ts";
import fc from "../../property.ts";
import { aliveIn, hostilePieces } from "../alive.ts";

const hostile = fc.oneof(
  fc.array(fc.constantFrom(...hostilePieces), { maxLength: 12 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary" }),
);

const property = (text: (hostile: string) => string): void => {
  fc.assert(
    fc.property(hostile, (value) => {
      expect(aliveIn(text(value))).toEqual([]);
    }),
    { numRuns: 500 },
  );
};

test("the reading that these tests rest on sees what is alive", () => {
  expect(aliveIn("a @bob b")).toEqual(["@bob"]);
  expect(aliveIn("see #12 and GH-3")).toEqual(["#12", "GH-3"]);
  expect(aliveIn("<b>x</b>")).toHaveLength(1);
  expect(aliveIn("https://evil.example")).toHaveLength(1);
  expect(aliveIn("[x](https://evil.example)")).not.toEqual([]);
  expect(aliveIn("| `@a \\\\| b` |")).toEqual(["@a"]);
  expect(aliveIn("```\n@a\n```\n@b")).toEqual(["@b"]);
  expect(aliveIn("`@a` ``x`@b``")).toEqual([]);
  expect(aliveIn("```` ``` ````\n@a\n```\n@b\n```")).toEqual(["@a"]);
});

describe("I10: nothing comes alive", () => {
  test("in a code span", () => property(code));
  test("in a code span of a table", () => property((text) => factTable([["Name", code(text)]])));
  test("in a code span inside a link", () => property((text) => link(code(text), "https://github.com/acme/orders")));
  test("in a code block", () => property((text) => codeBlock(text)));
  test("after a code block", () => property((text) => `${codeBlock(text)}\n\nfine`));
  test("in running text", () => property(plain));
  test("in running text of a list", () => property((text) => `- ${plain(text)}`));
  test("in a sentence", () => property(inline));
  test("in paragraphs and their lists", () => property((text) => paragraphs(`It is: ${text}\n  ${text}`)));
  test("in an item of a list", () => property((text) => list([text, text])));
});

test("a code span stays on its line and in its cell", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(code(text)).not.toMatch(/[\n\r]/);
      expect(factTable([["Name", code(text)]]).split("\n")).toHaveLength(code(text) === "" ? 1 : 2);
    }),
  );
});

test("an HTML comment ends where we end it", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(hidden(text).indexOf("-->")).toBe(hidden(text).length - 3);
    }),
  );
});

test.each(["pr-7", "Orders", "a `quoted` name", "`", "feature/x"])("%j can be read in a code span", (text) => {
  expect(code(text)).toContain(text);
});

test("names with a pipe can be read", () => {
  expect(code("a|b").replaceAll("\\", "")).toContain("a|b");
});

describe("our own sentences", () => {
  const text = "fail-on stops it:\n  `GET /a`: weaker\n  it_b\n\nRun `npm ci`, then go on.";

  test("are paragraphs and lists, with names as code", () => {
    expect(paragraphs(text)).toBe("fail-on stops it:\n\n- `GET /a`: weaker\n- it\\_b\n\nRun `npm ci`, then go on.");
    expect(list(["a\nb", "c"])).toBe("- a<br>b\n- c");
  });

  test("have no marks in the log", () => {
    expect(unmarked(text)).toBe("fail-on stops it:\n  GET /a: weaker\n  it_b\n\nRun npm ci, then go on.");
    expect(unmarked("a lone ` stays")).toBe("a lone ` stays");
  });

  test("are escaped at their beginning where that would mean something", () => {
    expect(["- a", "1. a", "# a", "=== a", "+1", "1.5 s"].map(plain)).toEqual([
      "\\- a",
      "1\\. a",
      "\\#\u200b a",
      "\\=== a",
      "\\+1",
      "1\\.5 s",
    ]);
  });
});

describe("time grows with the size, and nothing overflows, for", () => {
  test.each([
    ["one row of back-ticks", "`"],
    ["many rows of back-ticks", "` "],
    ["blanks", " "],
    ["ends of lines", "\n"],
    ["references", "#1@a"],
    ["emoji codes", ":a"],
    ["commits", "0a"],
    ["dashes", "-"],
    ["pipes", "|"],
  ])("%s", async (_, piece) => {
    const text = `x${piece.repeat(200_000 / piece.length)}x`;
    const { seconds } = await timed(() => {
      for (const write of [code, codeBlock, plain, hidden]) expect(write(text).length).toBeGreaterThan(1);
    });
    expect(seconds).toBeLessThan(LINEAR);
  });
});
