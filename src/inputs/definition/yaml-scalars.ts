import { Written } from "./values.ts";

/** No number or date is longer. */
const LONGEST = 60;

const DECIMAL = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const BASED = /^(?:0o[0-7]+|0x[0-9a-fA-F]+)$/;
const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["", null],
  ["~", null],
  ["null", null],
  ["Null", null],
  ["NULL", null],
  ["true", true],
  ["True", true],
  ["TRUE", true],
  ["false", false],
  ["False", false],
  ["FALSE", false],
]);

/** The value of a scalar without quotes (YAML 1.2.2, "Core Schema"). `.inf` and `.nan`, which JSON lacks, stay texts. */
export const plainValue = (text: string): unknown => {
  if (text.length > LONGEST) return text;
  if (WORDS.has(text)) return WORDS.get(text);
  if (!/^[-+.0-9]/.test(text)) return text;
  if (BASED.test(text)) return new Written(text, BigInt(text).toString());
  if (!DECIMAL.test(text)) return text;
  const number = Number(text);
  return String(number) === text ? number : new Written(text, jsonOf(text));
};

/** The same digits as JSON wants them: no plus, no zeros in front, a digit on both sides of the point. */
const jsonOf = (text: string): string => {
  if (JSON_NUMBER.test(text)) return text;
  return text
    .replace(/^\+/, "")
    .replace(/^(-?)0+(?=[0-9])/, "$1")
    .replace(/^(-?)\./, "$10.")
    .replace(/\.(?![0-9])/, "");
};

const TRUTH_VALUES = /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/;

/** What YAML 1.1 takes for a number or a date and 1.2 for another one, or for text; and the reverse. */
const NUMBERS_AND_DATES = [
  /^[-+]?0[0-9_]+$/,
  /^0o[0-7]+$/,
  /^[-+]?0b[01_]+$/,
  /^[-+]0x[0-9a-fA-F_]+$/,
  /^0x[0-9a-fA-F]*_[0-9a-fA-F_]*$/,
  /^[-+]?[0-9]*_[0-9_.]*$/,
  /^[-+]?[0-9]+\.[0-9]*_[0-9_]*$/,
  /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
  /^[-+]?(?:\.[0-9]+|[0-9]+)[eE][-+]?[0-9]+$/,
  /^[-+]?[0-9]+\.[0-9]*[eE][0-9]+$/,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:$|[Tt \t])/,
];

/** Whether readers of YAML 1.1 and 1.2 take a scalar without quotes for different values. */
export const isReadDifferently = (text: string): boolean => {
  if (text.length > LONGEST) return false;
  if (/^[-+.0-9]/.test(text)) return NUMBERS_AND_DATES.some((pattern) => pattern.test(text));
  return text === "=" || (text.length <= 3 && TRUTH_VALUES.test(text));
};

/** Whether a name without quotes is no text to a reader that has to make one of it, as `1.0` and `null` are. */
export const isNoPlainName = (text: string): boolean => {
  const value = plainValue(text);
  return value === null || value instanceof Written || (typeof value === "boolean" && String(value) !== text);
};

/** Whether the source of a text in double quotes has an escape that YAML 1.1 does not know. */
export const hasEscapedSlash = (source: string): boolean =>
  source.includes("\\/") && [...source.matchAll(/\\[\s\S]/g)].some(([sign]) => sign === "\\/");
