import { basename } from "node:path";
import { endWithOneError } from "./report/last-resort.ts";
import { listenForCancellation } from "./runner/cancel.ts";

/** One bundle, which dist/index.js and dist/post.js both start, so that what both need is downloaded once. */
const isPost = basename(process.argv[1] ?? "") === "post.js";

// What tells main to end while it loads is heard, and told. Post may end at once.
if (!isPost) listenForCancellation();
// Before the rest is loaded: it catches what modules throw while they load, too.
endWithOneError(isPost ? "close the GitHub deployment that the main step left open" : "run the action");
await (isPost ? import(/* webpackChunkName: "run" */ "./post.ts") : import(/* webpackChunkName: "run" */ "./main.ts"));
