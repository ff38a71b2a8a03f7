/**
 * The credentials in use, and how they are kept out of what the run says. A service may echo them: AWS answers a
 * signature that does not match with the whole canonical request, session token included.
 */
export type Secrets = {
  /** A token of several lines is hidden line by line, too. */
  readonly add: (...values: readonly (string | undefined)[]) => void;
  /** The text with `***` in place of every credential in use and of what looks like one. */
  readonly hide: (text: string) => string;
};

const MASK = "***";

/** Shorter values are no secrets, and would take words out of every sentence. */
const SHORTEST = 4;

/** As much of a longer secret is hidden, too, at its start or end: texts are cut where they do not fit. */
const PART = 12;

/** The part that is hidden is the named group; what it stands beside tells what it is. */
const SHAPES: readonly RegExp[] = [
  // AWS Signature Version 4: headers, canonical requests and presigned URLs; other clouds' presigned URLs are alike.
  /x-(?:amz|goog|ms)-(?:security-token|signature|credential)["'`*]*\s*[:=]\s*["'`]*(?<hidden>[^\s"'`&,;<>|]+)/gi,
  /\b(?:Signature|Credential|AWSAccessKeyId|sig)=(?<hidden>[^\s"'`&,;<>|]+)/gi,
  /\bAuthorization["']?\s*[:=]\s*["']?(?:Bearer|Basic|token)\s+(?<hidden>[^\s"'`,;<>|]+)/gi,
  /(?<hidden>\b(?:AKIA|ASIA)[A-Z0-9]{16}\b)/g,
  /(?<hidden>\b(?:gh[oprsu]_\w{20,}(?:[.-][\w.-]+)?|github_pat_\w{20,}))/g,
  // What stands before the first dot is looked at once: a text of many beginnings would be gone through for each of them.
  /(?<![\w-])(?=[\w-]{11,}\.eyJ[\w-]{8,}\.[\w-]{8})(?:[\w-]*?-)?(?<hidden>eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,})/g,
];

export const openSecrets = (): Secrets => {
  const values = new Set<string>();
  return {
    add: (...found) => {
      for (const value of found) {
        const lines = (value ?? "").split(/[\p{Cc}\u2028\u2029]+/u);
        const texts = lines.flatMap((line) => readingsOf(line.trim()).map(({ text }) => text));
        for (const text of texts) if (text.length >= SHORTEST) values.add(text);
      }
    },
    hide: (text) => {
      const spans = readingsOf(text).flatMap((reading) => {
        const found = [...[...values].flatMap((value) => spansOf(value, reading.text)), ...shapesIn(reading.text)];
        return found.map((span) => asGiven(span, reading));
      });
      return spans.length === 0 ? text : masked(text, spans);
    },
  };
};

/** Variables that hold credentials: the SDK's, the runner's own, and inputs. */
const VARIABLES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "ACTIONS_RUNTIME_TOKEN",
  "GITHUB_TOKEN",
  "GH_TOKEN",
  "INPUT_GITHUB-TOKEN",
  "INPUT_SMOKE-TEST-API-KEY",
];

/** With the credentials that the runner's environment holds; others are added when they are found. */
export const secretsIn = (environment: Readonly<Record<string, string | undefined>>): Secrets => {
  const secrets = openSecrets();
  secrets.add(...VARIABLES.map((name) => environment[name]));
  return secrets;
};

/** Where it begins and where it has ended. */
type Span = readonly [start: number, end: number];

/** What a text may mean. Character `i` stands at `starts[i]` to `ends[i]` of what was given; of that itself, both are empty. */
type Reading = { readonly text: string; readonly starts: Uint32Array; readonly ends: Uint32Array };

const NOWHERE = new Uint32Array();

/** Escapings that are taken off: of a text that is put into JSON, into a URL and into Markdown, and one that it brought. */
const DEEPEST = 4;

/**
 * The text as it is given, and without one escaping after the other. A secret may look escaped itself, and what stands
 * before it may take its beginning for an escape, so that each reading of a secret is looked for in each of a text.
 */
const readingsOf = (text: string): readonly Reading[] => {
  let reading: Reading = { text, starts: NOWHERE, ends: NOWHERE };
  const readings = [reading];
  while (readings.length <= DEEPEST) {
    const next = withoutEscaping(reading);
    if (next === undefined) break;
    readings.push(next);
    reading = next;
  }
  return readings;
};

const asGiven = ([start, end]: Span, { starts, ends }: Reading): Span => [starts[start] ?? start, ends[end - 1] ?? end];

const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"' };

/** Backslashes of Markdown and JSON and our own zero-width spaces say nothing; the others stand for one character. */
const WRAPPING = /(?:[\\\u200b]|%5c)+|%[0-7][0-9a-f]|&(?:amp|lt|gt|quot);/gi;

/** Nothing where there is none. */
const withoutEscaping = (given: Reading): Reading | undefined => {
  const { text } = given;
  if (text.search(WRAPPING) < 0) return undefined;
  const pieces: string[] = [];
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let length = 0;
  let skipped = 0;
  const place = (start: number, end: number): void => {
    starts[length] = given.starts[start - skipped] ?? start - skipped;
    ends[length] = given.ends[end - 1] ?? end;
    length += 1;
    skipped = 0;
  };
  const take = (character: string, start: number, end: number): void => {
    pieces.push(character);
    place(start, end);
  };
  let at = 0;
  const takeUpTo = (end: number): void => {
    pieces.push(text.slice(at, end));
    for (; at < end; at += 1) place(at, at + 1);
  };
  for (const { 0: found, index } of text.matchAll(WRAPPING)) {
    takeUpTo(index);
    const end = index + found.length;
    if (found.startsWith("&")) take(ENTITIES[found.toLowerCase()] ?? "", index, end);
    else if (/^%(?!5c)/i.test(found)) take(String.fromCharCode(Number.parseInt(found.slice(1), 16)), index, end);
    else skipped = found.length;
    at = end;
  }
  takeUpTo(text.length);
  return { text: pieces.join(""), starts, ends };
};

const indexesOf = function* (part: string, text: string): Generator<number> {
  for (let index = text.indexOf(part); index >= 0; index = text.indexOf(part, index + 1)) yield index;
};

/** Whole, or as far as it goes from its start or its end. */
const spansOf = (value: string, text: string): readonly Span[] => {
  const head = value.slice(0, PART);
  const tail = value.slice(-PART);
  return [
    ...[...indexesOf(head, text)].map((start): Span => {
      let length = head.length;
      while (length < value.length && text[start + length] === value[length]) length += 1;
      return [start, start + length];
    }),
    ...[...indexesOf(tail, text)].map((index): Span => {
      const end = index + tail.length;
      let length = tail.length;
      while (length < value.length && text[end - length - 1] === value[value.length - length - 1]) length += 1;
      return [end - length, end];
    }),
  ];
};

const shapesIn = (text: string): readonly Span[] =>
  SHAPES.flatMap((shape) =>
    [...text.matchAll(shape)].map(({ 0: whole, index, groups }): Span => {
      const end = index + whole.length;
      return [end - (groups?.["hidden"] ?? whole).length, end];
    }),
  );

const masked = (text: string, spans: readonly Span[]): string => {
  let shown = "";
  let at = 0;
  for (const [from, to] of spans.toSorted(([one], [other]) => one - other)) {
    if (to <= at) continue;
    // Where one begins inside of another, both are one.
    if (from >= at) shown += `${text.slice(at, from)}${MASK}`;
    at = to;
  }
  return shown + text.slice(at);
};
