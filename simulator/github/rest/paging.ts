import { type Answer, type Call, ok, type RepositoryCall } from "./call.ts";

/** One page of a list by the query's `per_page` (30, at most 100) and `page`. A page beyond the end is empty. */
export const pageOf = <T>(
  call: RepositoryCall,
  items: readonly T[],
): { items: T[]; headers: Record<string, string> } => {
  const size = Math.min(positive(call, "per_page") ?? 30, 100);
  const page = positive(call, "page") ?? 1;
  const link = linkHeader(call, page, Math.max(1, Math.ceil(items.length / size)));
  return {
    items: items.slice((page - 1) * size, page * size),
    headers: link === "" ? {} : { link },
  };
};

/** A list operation's answer: the page itself. */
export const pageAnswer = <T>(call: RepositoryCall, items: readonly T[], body: (item: T) => unknown): Answer => {
  const page = pageOf(call, items);
  return ok(page.items.map(body), page.headers);
};

const positive = (call: Call, name: string): number | undefined => {
  const value = Number(call.request.url.searchParams.get(name));
  return Number.isInteger(value) && value > 0 ? value : undefined;
};

/** GitHub's links go by the repository's id, and keep the other parameters of the query. */
const linkHeader = (call: RepositoryCall, page: number, last: number): string => {
  const target = (number: number): string => {
    const query = new URLSearchParams(call.request.url.searchParams);
    query.set("page", String(number));
    return `${call.apiUrl}/repositories/${call.repository.id}${pathInRepository(call)}?${query}`;
  };
  const links: [relation: string, page: number][] = [];
  if (page > 1) links.push(["prev", Math.min(page - 1, last)]);
  if (page < last) links.push(["next", page + 1], ["last", last]);
  if (page > 1) links.push(["first", 1]);
  return links.map(([relation, number]) => `<${target(number)}>; rel="${relation}"`).join(", ");
};

const pathInRepository = (call: Call): string =>
  call.request.path.replace(/^(\/api\/v3)?\/(repos\/[^/]+\/[^/]+|repositories\/[^/]+)/, "");
