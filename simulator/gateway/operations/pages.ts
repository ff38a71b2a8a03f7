import { badRequest } from "../service-error.ts";

/** The paging members of a listing's input: `limit` 1 to 500, 25 by default (API Gateway REST API reference). */
export type PageRequest = { readonly limit?: number; readonly position?: string };

export type Page<Item> = { readonly items: Item[]; readonly position?: string };

/**
 * One page of `all` in the ascending order of `keyOf`, which must be unique. The position names the last key that was
 * seen, so a listing neither repeats nor loses an item when others come and go between its pages.
 *
 * @throws ServiceError 400 for a limit out of range
 */
export const pageOf = <Item>(
  all: Iterable<Item>,
  keyOf: (item: Item) => string,
  { limit = 25, position }: PageRequest,
): Page<Item> => {
  if (limit < 1 || limit > 500) throw badRequest("Invalid limit specified. Must be between 1 and 500");
  const after = position === undefined ? "" : Buffer.from(position, "base64url").toString();
  const rest = [...all]
    .map((item) => ({ key: keyOf(item), item }))
    .filter(({ key }) => key > after)
    .sort((left, right) => (left.key < right.key ? -1 : 1));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    ...(last && rest.length > limit ? { position: Buffer.from(last.key).toString("base64url") } : {}),
  };
};
