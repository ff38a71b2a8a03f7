import type { ApiUnseen, ListedApi, RestApi } from "../domain/stage.ts";
import { UnreadableAnswer } from "./unreadable-answer.ts";

/**
 * One API of a list, whose other members are worth telling though this one is not as the service describes it. Throws
 * UnreadableAnswer where it has no id either: then it is no list of APIs.
 */
export const listedApi = (
  answer: unknown,
  read: (answer: unknown) => RestApi,
  unread: (answer: unknown, because: string) => ApiUnseen,
): ListedApi => {
  try {
    return read(answer);
  } catch (thrown) {
    if (!(thrown instanceof UnreadableAnswer)) throw thrown;
    return unread(answer, thrown.message);
  }
};
