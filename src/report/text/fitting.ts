/** Text within GitHub's limits, which are in bytes of UTF-8: what is over is dropped whole, or refused. */

export const bytesOf = (text: string): number => Buffer.byteLength(text);

/** GitHub takes a mebibyte of job summary from a step and drops more than that whole; the rest is room for our frame. */
export const SUMMARY_LIMIT = 1_000_000;

/** The start of the text, in whole characters. */
const startWithin = (text: string, limit: number): string => {
  if (bytesOf(text) <= limit) return text;
  const bytes = Buffer.from(text).subarray(0, Math.max(0, limit));
  // What is left of a character that was cut is no character.
  return new TextDecoder().decode(bytes, { stream: true });
};

/** The end of the text, in whole characters. */
const endWithin = (text: string, limit: number): string => {
  const bytes = Buffer.from(text);
  let start = Math.max(0, bytes.length - limit);
  while (start < bytes.length && ((bytes[start] ?? 0) & 0b1100_0000) === 0b1000_0000) start += 1;
  return bytes.subarray(start).toString("utf8");
};

const LEFT_OUT = "\n… The middle was left out; the whole error is in the log. …\n";

/** A text whose beginning and end matter most, of at most about `limit` bytes. */
export const withoutMiddle = (text: string, limit: number): string =>
  bytesOf(text) <= limit ? text : `${startWithin(text, limit / 2)}${LEFT_OUT}${endWithin(text, limit / 2)}`;

/** Text in lines of which each stands for itself, as a table's do: those that fit, and a word about the rest. */
export const wholeLines = (text: string, limit: number, rest: string): string => {
  if (bytesOf(text) <= limit) return text;
  const start = startWithin(text, limit - bytesOf(rest) - 2);
  return `${start.slice(0, Math.max(0, start.lastIndexOf("\n")))}\n\n${rest}`;
};
