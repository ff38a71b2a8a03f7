import type { World } from "../domain/world.ts";

/** The event's payload. Without a readable event file the run has no pull request, which the inputs can still name. */
export const readEventFile = ({ environment, files }: World): unknown => {
  try {
    return JSON.parse(files.read(environment["GITHUB_EVENT_PATH"] ?? ""));
  } catch {
    return {};
  }
};
