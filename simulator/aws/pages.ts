import { ServiceError } from "./service-error.ts";

export type Page<Item> = { readonly items: readonly Item[]; readonly nextToken?: string };

/**
 * One page of a list, from where `token` says.
 *
 * @throws ServiceError 400 of type `invalidType` for a token that no page gave
 */
export const pageOf = <Item>(
  all: readonly Item[],
  size: number,
  token: string | undefined,
  invalidType: string,
): Page<Item> => {
  const from = token === undefined ? 0 : offsetOf(token);
  if (from === undefined) throw new ServiceError(400, invalidType, "The specified nextToken is invalid.");
  const items = all.slice(from, from + size);
  return from + size < all.length ? { items, nextToken: tokenOf(from + size) } : { items };
};

const tokenOf = (offset: number): string => Buffer.from(`offset ${offset}`).toString("base64url");

const offsetOf = (token: string): number | undefined => {
  const digits = /^offset (\d{1,9})$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  return digits === undefined ? undefined : Number(digits);
};
