import { UnreadableAnswer } from "./unreadable-answer.ts";

/** Throws UnreadableAnswer for an answer about another thing than was asked for, as a cache on the way may give. */
export const asAsked =
  <T>(what: string, asked: string, nameOf: (answer: T) => string) =>
  (answer: T): T => {
    if (nameOf(answer) === asked) return answer;
    throw new UnreadableAnswer(`The answer is about another ${what} than ${asked}.`);
  };
