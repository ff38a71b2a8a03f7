/**
 * The simulated services' clock: `now` in milliseconds since 1970. With `scale` 60 a simulated minute passes in one
 * real second, so that quotas and slow state changes can be tested at their true proportions.
 */
export type Clock = { readonly now: () => number };

export const scaledClock = (scale = 1): Clock => {
  const start = Date.now();
  return { now: () => start + (Date.now() - start) * scale };
};
