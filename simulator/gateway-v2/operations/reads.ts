import type { Api } from "../model.ts";
import type { Operation, OperationInput } from "../operation.ts";
import { requireApi, requireItem } from "./identifiers.ts";
import { listed } from "./pages.ts";

/** One kind of things of an API, as it is read: by its id, and all of them in pages. */
type Kind<Item> = {
  /** `Route` */
  readonly name: string;
  readonly idMember: string;
  readonly of: (api: Api, input: OperationInput) => ReadonlyMap<string, Item>;
  readonly view: (item: Item) => unknown;
};

export const readsOf = <Item>({ name, idMember, of, view }: Kind<Item>): Record<string, Operation> => ({
  [`Get${name}`]: (input, world) => view(requireItem(of(requireApi(world, input.apiId), input), input[idMember], name)),
  [`Get${name}s`]: (input, world) => listed(of(requireApi(world, input.apiId), input).values(), input, view),
});
