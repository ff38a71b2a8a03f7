import type { KeyRing, UsagePlan, World } from "../model.ts";

/**
 * Tells the data plane which keys open which stages now; it acts on it `Delays.keysMs` later. To be called after every
 * change of a key, of a plan's keys or of a plan's stages.
 */
export const announceKeys = (world: World): void => {
  const stages = new Map<string, Set<string>>();
  for (const plan of world.usagePlans.values()) {
    for (const value of enabledValues(world, plan)) {
      const opened = stages.get(value) ?? new Set();
      for (const { apiId, stage } of plan.apiStages) opened.add(`${apiId}:${stage}`);
      stages.set(value, opened);
    }
  }
  const now = world.clock.now();
  world.keyRings.splice(0, inForce(world.keyRings, now));
  world.keyRings.push({ from: now + world.delays.keysMs, stages });
};

const enabledValues = (world: World, { keyIds = [] }: UsagePlan): string[] =>
  keyIds.flatMap((id) => {
    const key = world.apiKeys.get(id);
    return key?.enabled ? [key.value] : [];
  });

/** The index of the ring that counts at a time, -1 before the first. */
const inForce = (rings: readonly KeyRing[], now: number): number => rings.findLastIndex(({ from }) => from <= now);

/** Whether the data plane lets this value of `x-api-key` into the stage. */
export const opens = (world: World, value: string, apiId: string, stageName: string): boolean =>
  world.keyRings[inForce(world.keyRings, world.clock.now())]?.stages.get(value)?.has(`${apiId}:${stageName}`) === true;
