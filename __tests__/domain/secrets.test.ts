import { describe, expect, test } from "@jest/globals";
import { inert } from "../../src/domain/inert-text.ts";
import { openSecrets } from "../../src/domain/secrets.ts";
import { code, codeBlock, plain } from "../../src/report/text/markdown.ts";
import { LINEAR, timed } from "../cpu-time.ts";
import fc from "../property.ts";

const hiding = (...values: readonly string[]) => {
  const secrets = openSecrets();
  secrets.add(...values);
  return secrets.hide;
};

/** As keys and tokens are: base64, JWTs, and whatever a person may choose for an API key. */
const aSecret = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9+/]{16,60}={0,2}$/),
  fc.stringMatching(/^gh[sp]_[A-Za-z0-9]{36}$/),
  fc.stringMatching(/^[!-~]{8,40}$/),
);

/** All forms that text has when it comes to the filter. */
const ways: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "in a Markdown sentence": plain,
  "in a code span": code,
  "in a code block": (text) => codeBlock(text),
  "in JSON": (text) => JSON.stringify({ text }),
  "in a URL": (text) => encodeURIComponent(text),
};

/** What a reader could put together again. */
const bare = (text: string): string => {
  const shown = text.replaceAll(/[\\\u200b]|%5c/gi, "").replaceAll(/&(amp|lt|gt|quot);/g, (_, name: string) => {
    return { amp: "&", lt: "<", gt: ">", quot: '"' }[name] ?? "";
  });
  return shown.replaceAll(/%[0-7][0-9a-f]/gi, (triple) => String.fromCharCode(Number.parseInt(triple.slice(1), 16)));
};

describe("I10: a credential in use is hidden", () => {
  test.each(Object.entries(ways))("%s", (_, write) => {
    fc.assert(
      fc.property(aSecret, fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (secret, before, after) => {
        const text = hiding(secret)(write(`${before} ${secret} ${after}`));
        expect(bare(text)).not.toContain(bare(secret));
        expect(text).toContain("***");
      }),
      { numRuns: 200 },
    );
  });

  // The log makes text inert behind the filter: a secret that looks like a workflow command is still whole before it.
  test("in the log", () => {
    fc.assert(
      fc.property(
        fc.oneof(aSecret, fc.constantFrom("::add-mask::12345678", "##[group]12345678", "::::::::::::")),
        fc.string({ maxLength: 20 }),
        fc.string({ maxLength: 20 }),
        (secret, before, after) => {
          const text = inert(hiding(secret)(`${before} ${secret} ${after}`));
          expect(bare(text)).not.toContain(bare(secret));
          expect(bare(text)).not.toContain(bare(inert(secret)));
          expect(text).toContain("***");
        },
      ),
      { numRuns: 400 },
    );
  });

  // What is written is escaped once more, whatever the secret itself looks like: `%00` is `%2500` in a URL.
  test.each([
    ["%00!!!!!!", "in a URL"],
    ["%2500!!!!!!", "in a URL"],
    ["%5cabcdefgh", "in a URL"],
    ["&amp;abcdefgh", "in a Markdown sentence"],
    ["a&lt;b&amp;gt;c", "in a code block"],
    ["abc\\\\defgh", "in JSON"],
  ])("that looks as if it was escaped already: %s, %s", (secret, way) => {
    expect(bare(hiding(secret)(ways[way]?.(`it is ${secret}.`) ?? ""))).toContain("it is ***.");
  });

  test.each(["%", "%4", "&lt", "\\"])("right behind %s", (before) => {
    expect(hiding("1fabcdefg")(`${before}1fabcdefg`)).not.toContain("abcdefg");
    expect(hiding("1fabcdefg")(encodeURIComponent(`${before}1fabcdefg`))).not.toContain("abcdefg");
  });

  test("that was escaped twice", () => {
    const secret = "IQoJb3JpZ2lu+/x==";
    const text = encodeURIComponent(encodeURIComponent(secret));
    expect(hiding(secret)(`it is ${text}.`)).toBe("it is ***.");
    expect(hiding(secret)(plain(JSON.stringify(`it is ${secret}`)))).not.toContain("IQoJ");
  });

  test("where the text was cut in the middle of it", () => {
    const secret = "IQoJb3JpZ2luX2VjEJX//////////wEaDGV1LWNlbnRyYWwtMSJHMEUCIQ==";
    expect(hiding(secret)(`it said ${secret.slice(0, 30)}`)).toBe("it said ***");
    expect(hiding(secret)(`${secret.slice(20)} was said`)).toBe("*** was said");
  });

  test("also a line of one that has several", () => {
    const hide = hiding("first-line-of-it\nsecond-line-of-it\r\n");
    expect(hide("no first-line-of-it, and no second-line-of-it")).toBe("no ***, and no ***");
  });

  test("and what is around it stays, JSON among it", () => {
    const secret = 'quo"ted/and+more';
    const text = hiding(secret)(JSON.stringify({ before: 1, text: `see ${secret}`, after: "2" }));
    expect(JSON.parse(text)).toEqual({ before: 1, text: "see ***", after: "2" });
  });

  test("while too short a value hides no words", () => {
    expect(hiding("a", "", "the")("the end of a sentence")).toBe("the end of a sentence");
  });
});

describe("I10: what looks like a credential is hidden, whoever's it is", () => {
  const token = "IQoJb3JpZ2luX2VjEJXabcdef0123456789/+==";
  test.each([
    ["a canonical request", `host:apigateway\nx-amz-security-token:${token}\n\nhost;x-amz-date`],
    ["a header", `X-Amz-Security-Token: ${token}`],
    ["JSON", `{"x-amz-security-token": "${token}"}`],
    ["a presigned URL", `https://s3.example/x?X-Amz-Security-Token=${encodeURIComponent(token)}&X-Amz-Date=1`],
    ["a signature in a URL", "https://s3.example/x?X-Amz-Signature=IQoJb3JpZ2luX2Vj0123&a=1"],
    ["a scope in a URL", "https://s3.example/x?X-Amz-Credential=IQoJb3JpZ2luX2Vj%2F20260101"],
    ["the older presigned URL", "https://s3.example/x?AWSAccessKeyId=IQoJb3JpZ2luX2Vj&Signature=IQoJb3JpZ2luX2Vj%3D"],
    ["an authorization header", "AWS4-HMAC-SHA256 Credential=IQoJb3JpZ2luX2Vj/2026/x, Signature=IQoJb3JpZ2luX2Vj0123"],
    ["a bearer token", "Authorization: Bearer IQoJb3JpZ2luX2Vj"],
  ])("%s", (_, text) => {
    for (const write of Object.values(ways)) {
      const shown = openSecrets().hide(write(text));
      expect(bare(shown)).not.toContain("IQoJb3JpZ2luX2Vj");
    }
  });

  test.each(["AKIAIOSFODNN7EXAMPLE", `ghs_${"a1".repeat(18)}`, "eyJ0eXAiOiJK.eyJzdWIiOiJy.c2lnbmF0dXJl"])(
    "%s",
    (value) => {
      expect(openSecrets().hide(`it is ${value}.`)).toBe("it is ***.");
    },
  );

  test("and a sentence without any stays as it is", () => {
    fc.assert(
      fc.property(fc.lorem(), (text) => {
        expect(openSecrets().hide(text)).toBe(text);
      }),
    );
  });
});

describe("time grows with the size, and not with its square, for", () => {
  test.each([
    ["beginnings of tokens", "-eyJ"],
    ["beginnings of tokens and dots", "-eyJabcdefgh."],
    ["beginnings of presigned URLs", "x-amz-signature "],
    ["headers without a value", "Authorization: Bearer "],
    ["backslashes", "\\"],
    ["escapes", "%5c%41&amp;"],
    ["keys", "AKIA"],
    ["blanks", " "],
  ])("%s", async (_, piece) => {
    const text = piece.repeat(300_000 / piece.length);
    const { hide } = openSecrets();
    const { seconds } = await timed(() => hide(text));
    expect(seconds).toBeLessThan(LINEAR);
  });
});
