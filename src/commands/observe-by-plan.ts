/** What decides in the middle of reading what else is to be read. */
export { observeAndJudge } from "./canary.ts";
export { observeChosen } from "./sweep.ts";
