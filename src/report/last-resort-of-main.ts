import { endWithOneError } from "./last-resort.ts";

endWithOneError("run the action");
