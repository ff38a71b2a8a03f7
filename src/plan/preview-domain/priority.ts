import type { Band, RoutingRule } from "../../domain/routing-rule.ts";

/**
 * The priority of a preview's rule: the band's start and the pull request's number, counted around the band where the
 * number is higher; the next free one where another rule has it. `undefined`: the band is full.
 */
export const freePriority = (
  number: number,
  { from, to }: Band,
  rules: readonly Pick<RoutingRule, "priority">[],
): number | undefined => {
  const size = to - from + 1;
  const taken = new Set(rules.map(({ priority }) => priority));
  // At most as many as there are rules are taken in a row.
  for (let step = 0; step < Math.min(size, taken.size + 1); step += 1) {
    const priority = from + ((number + step) % size);
    if (!taken.has(priority)) return priority;
  }
  return undefined;
};
