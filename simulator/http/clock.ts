/**
 * The simulated services' clock: `now` in milliseconds since 1970. With `scale` 60 a simulated minute passes in one
 * real second, so that quotas and slow state changes can be tested at their true proportions.
 */
export type Clock = { readonly now: () => number };

/** A clock whose pace can be changed while it runs; the time that it tells never jumps. */
export type AdjustableClock = Clock & { readonly scale: () => number; readonly setScale: (scale: number) => void };

export const scaledClock = (scale = 1): AdjustableClock => {
  let pace = { from: Date.now(), at: Date.now(), scale };
  const now = (): number => pace.from + (Date.now() - pace.at) * pace.scale;
  return {
    now,
    scale: () => pace.scale,
    setScale: (next) => {
      pace = { from: now(), at: Date.now(), scale: next };
    },
  };
};
