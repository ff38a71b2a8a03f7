/** Ends the reading of a text that the reader of plain YAML does not know in full: another reader is asked then. */
export class NotPlain extends Error {}

export const notPlain = (): never => {
  throw new NotPlain();
};

const SPACE = 32;
const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const HASH = 35;

export const isBlank = (code: number): boolean => code === SPACE || code === TAB;

/** What `charCodeAt` answers beyond the end is no number, and neither above nor below any. */
export const isEnd = (code: number): boolean => !(code >= 0);

/** The end of the text counts too. */
export const isLineEnd = (code: number): boolean => code === LINE_FEED || code === CARRIAGE_RETURN || isEnd(code);

/** A position in the text that moves from value to value. */
export class Cursor {
  readonly text: string;
  at = 0;
  /** Of the first thing on the current line that is not read yet; -1 at the end of the text. */
  column = 0;
  /** Line ends that the last move to another line went over, and whether there was a comment on the way. */
  breaks = 0;
  commented = false;

  constructor(text: string) {
    this.text = text;
  }

  /** No number beyond the end. */
  get code(): number {
    return this.text.charCodeAt(this.at);
  }

  get ended(): boolean {
    return this.column < 0;
  }

  /** Whether a sign such as the dash of a list stands here, with a blank or nothing behind it. */
  isSign(sign: string, at = this.at): boolean {
    if (this.text[at] !== sign) return false;
    const next = this.text.charCodeAt(at + 1);
    return isBlank(next) || isLineEnd(next);
  }

  skipBlanks(): void {
    while (isBlank(this.code)) this.at += 1;
  }

  /** The end of this line's content, without its line end. */
  lineEnd(from = this.at): number {
    const end = this.text.indexOf("\n", from);
    if (end < 0) return this.text.length;
    return end > from && this.text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
  }

  /** To the first line that says something; one mark of a document's start may stand before it. */
  toFirstLine(): void {
    this.#fromLineStart();
    if (this.column === 0 && this.text.startsWith("---", this.at) && isLineEnd(this.text.charCodeAt(this.at + 3))) {
      this.at += 3;
      this.toNextLine();
    } else this.#checkLineStart();
  }

  /** From the end of a value to the next line that says something; nothing but a comment may stand between. */
  toNextLine(): void {
    this.breaks = 0;
    this.commented = false;
    this.skipBlanks();
    if (this.code === HASH && isBlank(this.text.charCodeAt(this.at - 1))) this.#skipComment();
    this.#skipLineEnd();
    this.#fromLineStart();
    this.#checkLineStart();
  }

  #fromLineStart(): void {
    for (let start = this.at; !isEnd(this.code); start = this.at) {
      while (this.code === SPACE) this.at += 1;
      this.column = this.at - start;
      if (this.code === HASH) this.#skipComment();
      else if (!isLineEnd(this.code)) return;
      this.#skipLineEnd();
    }
    this.column = -1;
  }

  /** Nothing but a line end may stand here, or the end of the text. */
  #skipLineEnd(): void {
    if (isEnd(this.code)) return;
    if (this.code === CARRIAGE_RETURN) this.at += 1;
    if (this.code !== LINE_FEED) notPlain();
    this.breaks += 1;
    this.at += 1;
  }

  #skipComment(): void {
    this.commented = true;
    this.at = this.lineEnd();
  }

  /** Tabs as indentation, directives and marks of documents are left to the other reader. */
  #checkLineStart(): void {
    if (this.code === TAB) notPlain();
    if (this.column === 0 && /^(?:---|\.\.\.|%)/.test(this.text.slice(this.at, this.at + 3))) notPlain();
  }
}
