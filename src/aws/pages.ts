import { type Pacing, read } from "./retry.ts";
import type { Call } from "./translate.ts";
import { translate } from "./translate.ts";
import { UnreadableAnswer } from "./unreadable-answer.ts";

/** One page of a list. `position`: where the next begins; `undefined` on the last. */
export type Page<T> = { readonly items: readonly T[]; readonly position: string | undefined };

/** Items on a page: the most that API Gateway gives (API reference, `limit`). */
export const PAGE_LIMIT = 500;

/** More than any quota allows, and more deployments than an API gathers in a lifetime. */
const MOST_PAGES = 200;
const MOST_ITEMS = MOST_PAGES * PAGE_LIMIT;

/**
 * Reads all pages of a list, each retried by itself. `beforeEach` is awaited before every request. Throws ActionError,
 * also for a list that does not end.
 */
export const readPages = async <T>(
  call: Call,
  pacing: Pacing,
  page: (position: string | undefined) => Promise<Page<T>>,
  beforeEach: () => Promise<void> = async () => {},
): Promise<readonly T[]> => {
  const items: T[] = [];
  const seen = new Set<string>();
  let position: string | undefined;
  do {
    await beforeEach();
    const from = position;
    const answer = await read(call, pacing, () => page(from));
    if (items.length + answer.items.length > MOST_ITEMS)
      throw endless(call, `The list has more than ${MOST_ITEMS} items.`);
    for (const item of answer.items) items.push(item);
    position = answer.position;
    if (position === undefined) return items;
    if (seen.has(position)) throw comesBack(call);
    seen.add(position);
  } while (seen.size < MOST_PAGES);
  throw endless(call, `The list has more than ${MOST_PAGES} pages.`);
};

export const comesBack = (call: Call) => endless(call, "The list comes back to a page that it gave before.");

const endless = (call: Call, because: string) => translate(new UnreadableAnswer(because), call);
