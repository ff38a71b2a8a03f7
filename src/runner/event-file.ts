import type { World } from "../domain/world.ts";

/** The event's payload, or why there is none; `because` ends a sentence that begins with "The event file". */
export type EventFile = { readonly payload: unknown } | { readonly payload: undefined; readonly because: string };

/** Reads the file that the runner has left. Throws nothing. */
export const readEventFile = ({ environment, files }: Pick<World, "environment" | "files">): EventFile => {
  const path = environment["GITHUB_EVENT_PATH"] ?? "";
  if (path === "") return { payload: undefined, because: "is not named" };
  let text: string;
  try {
    text = files.read(path);
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    return { payload: undefined, because: `cannot be read (${code ?? message})` };
  }
  try {
    const payload: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    if (typeof payload === "object" && payload !== null && !Array.isArray(payload)) return { payload };
    return { payload: undefined, because: "holds no JSON object" };
  } catch {
    return { payload: undefined, because: text.trim() === "" ? "is empty" : "holds no JSON" };
  }
};
