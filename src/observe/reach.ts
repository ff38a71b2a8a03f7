import { invokeUrlOf } from "../domain/invoke-url.ts";
import type { World } from "../domain/world.ts";
import type { PointingRequest } from "../inputs/request.ts";
import type { StageObserved } from "./observed.ts";

/** Milliseconds; inside a VPC its endpoint is a few away. */
const TIMEOUT = 5000;

/**
 * Whether the runner reaches a private API that smoke tests are meant for. Only whether there is an answer counts: of a
 * stage that does not exist yet API Gateway says 403 to everybody. Other APIs are not asked. Throws nothing.
 */
export const withReach = async <Found extends StageObserved>(
  { smokeTests, stageName, invokeUrl: template }: PointingRequest,
  found: Found,
  { fetch, signal }: Pick<World, "fetch" | "signal">,
): Promise<Found> => {
  const invokeUrl = invokeUrlOf(stageName, found.api, found.place, template);
  if (smokeTests.tests.length === 0 || invokeUrl.kind !== "private" || invokeUrl.url === undefined) return found;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);
  try {
    await fetch(`${invokeUrl.url}/`, { method: "HEAD", redirect: "manual", signal: limit });
    return found;
  } catch {
    if (signal.aborted) return found;
    const { host } = new URL(invokeUrl.url);
    return {
      ...found,
      unreachable: `The API is private, and nobody answers at ${host}: the runner is not in its VPC.`,
    };
  }
};
