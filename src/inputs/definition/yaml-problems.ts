import { Lexer } from "yaml";
import type { SyntaxProblem } from "./syntax.ts";

/** Marks of Jinja, Helm, Go and ERB templates. */
const TEMPLATE = /\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\{\{|\{%/;

/** Problems in the words of YAML, where it is known what a person did, in words that say that. */
export const explained = (found: readonly SyntaxProblem[], text: string): readonly SyntaxProblem[] => {
  const conflict = /^<{7} /m.exec(text);
  if (found.length > 0 && conflict !== null) return [{ offset: conflict.index, message: CONFLICT }];
  const problems = found.map((problem) =>
    problem.message.includes("stringKeys") ? { ...problem, message: NAME } : problem,
  );
  const templates = problems.map((problem) => templateAt(problem, text));
  const first = templates.find((template) => template !== undefined);
  if (first !== undefined) return [first, ...problems.filter((_, index) => templates[index] === undefined)];
  const quote = problems[0] && quoteBefore(problems[0], text);
  return quote === undefined ? problems : [quote, ...problems.slice(1)];
};

const CONFLICT = "A conflict of a merge is not resolved here: remove its marks, and one of the two texts.";
const NAME = "A name must be a text, and no list or mapping.";

const templateAt = ({ offset }: SyntaxProblem, text: string): SyntaxProblem | undefined => {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  const line = text.slice(start, Math.min(end < 0 ? text.length : end, start + LONGEST_LINE));
  const found = TEMPLATE.exec(line);
  if (found === null) return undefined;
  const message = `\`${found[0].slice(0, LONGEST_MARK)}\` looks like a template. The action reads the file as it is: fill the template in before, or quote the text if it is meant as it stands.`;
  return { offset: start + found.index, message };
};

const LONGEST_LINE = 2000;
const LONGEST_MARK = 60;

/** The quoted text of several lines that a problem stands in, or right behind: then most often a quote is missing. */
const quoteBefore = ({ offset, message }: SyntaxProblem, text: string): SyntaxProblem | undefined => {
  if (offset > MAXIMUM_OFFSET) return undefined;
  let start = 0;
  for (const lexeme of new Lexer().lex(text.slice(0, text.indexOf("\n", offset) + 1 || text.length))) {
    if (start > offset) return undefined;
    const end = start + (MARKS.has(lexeme) ? 0 : lexeme.length);
    const isLong = /^["']/.test(lexeme) && lexeme.includes("\n");
    if (isLong && !text.slice(end, Math.max(end, offset)).includes("\n")) {
      const behind = end < text.length ? `ends on line ${text.slice(0, end).split("\n").length}` : "does not end";
      return {
        offset: start,
        message: `The quote that opens here ${behind}: is a closing quote missing? (${message})`,
      };
    }
    start = end;
  }
  return undefined;
};

/** Beyond, looking for the quote would take longer than reading did. */
const MAXIMUM_OFFSET = 1_000_000;

/** Marks that the lexer adds between the pieces of the text. */
const MARKS: ReadonlySet<string> = new Set(["\x02", "\x18", "\x1f"]);
