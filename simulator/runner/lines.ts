/** Text that arrives in pieces, handed on line by line. */
export type LineSplitter = {
  readonly write: (piece: string) => void;
  /** Nothing more comes: hands on what has no line end. */
  readonly end: () => void;
};

/** Lines end at LF, CR or CRLF, and are handed on without their ends. */
export const splitLines = (onLine: (line: string) => void): LineSplitter => {
  let rest = "";
  return {
    write: (piece) => {
      // A CR at the end of a piece may be half of a CRLF.
      const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    },
    end: () => {
      if (rest !== "") onLine(rest.replace(/\r$/, ""));
      rest = "";
    },
  };
};
