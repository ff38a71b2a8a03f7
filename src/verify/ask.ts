import type { World } from "../domain/world.ts";
import type { SmokeTest } from "../inputs/smoke-tests.ts";
import type { Attempt } from "./verdict.ts";

/** Rejects as fetch does where no answer comes. `elapsed`: milliseconds since the attempt has begun. */
export type Ask = (
  test: SmokeTest,
  asked: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    readonly elapsed: () => number;
  },
  world: Pick<World, "fetch" | "openWebSocket">,
) => Promise<Attempt>;
