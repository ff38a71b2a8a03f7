import { accessSync, constants, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY = "/dev/shm";

/** In memory, where the machine has a place there: a disk takes longer for a job's small files than the job does. */
const parent = ((): string => {
  try {
    accessSync(MEMORY, constants.W_OK);
    return MEMORY;
  } catch {
    return tmpdir();
  }
})();

/** Makes a folder for small files that nobody needs for long. */
export const freshFolder = (prefix: string): string => mkdtempSync(join(parent, prefix));
