/**
 * Replaces what stands between `<!-- begin NAME -->` and `<!-- end NAME -->` in a Markdown text. Throws an Error when the
 * text has no such section, so that a lost marker is noticed.
 */
export const replaceSection = (text: string, name: string, content: string): string => {
  const begin = `<!-- begin ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const [head, rest] = splitOnce(text, begin);
  const [, tail] = splitOnce(rest, end);
  return `${head}${begin}\n${content.trim()}\n${end}${tail}`;
};

const splitOnce = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  if (at === -1) throw new Error(`the text has no ${separator}`);
  return [text.slice(0, at), text.slice(at + separator.length)];
};

/**
 * Replaces the lines between `# begin NAME` and `# end NAME`, indented as these are. Throws an Error when the text has no
 * such section.
 */
export const replaceLines = (text: string, name: string, lines: readonly string[]): string => {
  const section = new RegExp(`^( *)# begin ${name}\n[\\s\\S]*?^\\1# end ${name}\n`, "m");
  const indent = section.exec(text)?.[1];
  if (indent === undefined) throw new Error(`the text has no lines # begin ${name} and # end ${name}`);
  const all = [`# begin ${name}`, ...lines, `# end ${name}`].map((line) => `${indent}${line}\n`);
  return text.replace(section, () => all.join(""));
};
