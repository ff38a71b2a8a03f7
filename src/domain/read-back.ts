/**
 * What is written to be recognised later must be read as it was meant: a mark that says something else, or nothing, makes
 * a stranger's of what is ours. Answers the text; throws where reading it gives anything else than what was meant.
 */
export const readableMark = <T extends object>(
  text: string,
  read: (text: string) => T | undefined,
  meant: T,
): string => {
  const found = read(text);
  if (found !== undefined && holdTheSame(found, meant)) return text;
  throw new Error(`A mark would not be read back as it was meant: ${text}`);
};

/** Marks hold texts and numbers, and nothing deeper. */
const holdTheSame = <T extends object>(one: T, other: T): boolean => {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof T>;
  return [...names].every((name) => one[name] === other[name]);
};
