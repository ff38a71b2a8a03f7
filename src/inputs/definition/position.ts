/** Lines and columns count from 1; both are absent where there is no place. */
export type Position = { readonly line: number | undefined; readonly column: number | undefined };

/** Where an offset into a text stands for a reader. */
export const positionAt = (text: string, offset: number | undefined): Position => {
  if (offset === undefined) return { line: undefined, column: undefined };
  let [line, start] = [1, 0];
  for (;;) {
    const end = text.indexOf("\n", start);
    if (end < 0 || end >= offset) return { line, column: offset - start + 1 };
    line += 1;
    start = end + 1;
  }
};
