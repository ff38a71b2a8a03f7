import fc from "fast-check";
import { seed } from "./seed.ts";

/** fast-check, whose properties begin at the seed of all that is left to chance. */
fc.configureGlobal({ seed });

export { default } from "fast-check";
