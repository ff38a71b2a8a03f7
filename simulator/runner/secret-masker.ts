/** Replaces secrets by `***`. One masker serves a whole job: what one step masks is masked in the later ones too. */
export type SecretMasker = {
  /** A value of several lines masks each of its lines too, as output is masked line by line. Blank values do nothing. */
  readonly add: (value: string) => void;
  readonly mask: (text: string) => string;
};

export const secretMasker = (secrets: Iterable<string> = []): SecretMasker => {
  const values = new Set<string>();
  const add = (value: string): void => {
    for (const part of [value, ...value.split(/[\r\n]+/)]) {
      if (part.trim() === "") continue;
      for (const form of [part, ...encodings(part)]) values.add(form);
    }
  };
  for (const secret of secrets) add(secret);
  return { add, mask: (text) => maskRanges(text, secretRanges(text, values)) };
};

/** The runner also masks a secret's common encodings. */
const encodings = (value: string): string[] => [
  Buffer.from(value).toString("base64"),
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(Buffer.from(value).toString()),
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
];

type Range = { readonly start: number; end: number };

const secretRanges = (text: string, values: ReadonlySet<string>): Range[] => {
  const ranges: Range[] = [];
  for (const value of values) {
    for (let start = text.indexOf(value); start !== -1; start = text.indexOf(value, start + 1)) {
      ranges.push({ start, end: start + value.length });
    }
  }
  return ranges.sort((left, right) => left.start - right.start);
};

/** Overlapping and adjacent secrets become one `***`, so that their number says nothing about them. */
const maskRanges = (text: string, ranges: readonly Range[]): string => {
  let masked = "";
  let position = 0;
  for (const { start, end } of ranges) {
    if (start > position || position === 0) masked += `${text.slice(position, start)}***`;
    position = Math.max(position, end);
  }
  return masked + text.slice(position);
};
