import type { WorkspaceFiles } from "../../domain/world.ts";
import type { InputReader } from "../reader.ts";
import type { Reading } from "./read-settings.ts";
import { resolveSettings, type StageWish } from "./resolve.ts";
import type { SettingsFile, StageLayer } from "./schema.ts";

/** The name under which problems of the `settings` input are reported. */
export const INLINE = "settings";

const DEFAULT_FILE = ".github/apigw-stages.yml";

/** More than any settings need; a larger file is a mistake or an attack. */
const LIMIT = 1024 * 1024;

/** What `settings` and `settings-file` declare for the stage. Problems go to the reader. */
export const readStageSettings = async (
  read: InputReader,
  files: WorkspaceFiles,
  stageName: string,
): Promise<StageWish> => {
  const file = await readFile(read, files);
  return resolveSettings(stageName, file?.settings, await readInlineSettings(read), file?.placeOf);
};

/** What `settings` declares; `undefined` where it is not given. Problems go to the reader. */
export const readInlineSettings = async (read: InputReader): Promise<StageLayer | undefined> => {
  const inline = read.text("settings");
  return inline === undefined
    ? undefined
    : readable(read, (await reading()).readInlineSettings(inline, INLINE))?.settings;
};

/** Runs without settings do not load what reads them. */
const reading = () => import("./read-settings.ts");

/** What the settings file declares, for all stages; `undefined` where there is none. Problems go to the reader. */
export const readSettingsOfFile = async (read: InputReader, files: WorkspaceFiles): Promise<SettingsFile | undefined> =>
  (await readFile(read, files))?.settings;

const readFile = async (read: InputReader, files: WorkspaceFiles): Promise<Readable<SettingsFile> | undefined> => {
  const given = read.text("settings-file");
  // An annotation finds its file by the path from the root of the repository.
  const path = (given ?? DEFAULT_FILE).replace(/^(?:\.\/+)+/, "");
  const file = files(path, LIMIT);
  if (file.kind === "file") {
    return readable(read, (await reading()).readSettingsFile(file.bytes.toString("utf8"), path));
  }
  if (file.kind === "missing") {
    if (given !== undefined) {
      read.report("settings-file", `The file ${given} does not exist in the workspace; is it checked out?`);
    }
    return undefined;
  }
  if (given !== undefined) read.report("settings-file", `The file ${given} ${file.because}.`);
  else read.reportPlace({ file: path, line: undefined, column: undefined, message: `The file ${file.because}.` });
  return undefined;
};

type Readable<T> = Extract<Reading<T>, { readonly kind: "settings" }>;

const readable = <T>(read: InputReader, found: Reading<T>): Readable<T> | undefined => {
  if (found.kind === "settings") return found;
  for (const problem of found.problems) read.reportPlace(problem);
  return undefined;
};
