import { pageOf } from "../../aws/pages.ts";
import { badRequest } from "../../gateway/service-error.ts";

type PageRequest = { readonly maxResults?: string; readonly nextToken?: string };

/** How many items a page has that nobody limits is not documented: few enough that callers meet a second one. */
const defaultSize = 25;

/**
 * One page of a listing.
 *
 * @throws ServiceError 400 for a number of results that is none, and for a token that no page gave
 */
export const listed = <Item>(
  items: Iterable<Item>,
  { maxResults = String(defaultSize), nextToken }: PageRequest,
  view: (item: Item) => unknown,
): { readonly items: unknown[]; readonly nextToken?: string } => {
  const size = /^\d{1,4}$/.test(maxResults) ? Number(maxResults) : 0;
  if (size < 1) throw badRequest("Invalid maxResults specified");
  const page = pageOf([...items], size, nextToken, "BadRequestException");
  return { ...page, items: page.items.map((item) => view(item)) };
};
