import type { RollbackRequest } from "../inputs/request.ts";
import type { RollbackObserved } from "../observe/observed.ts";
import { planRollback } from "../plan/rollback.ts";
import type { Command } from "./command.ts";
import { pointing } from "./pointing.ts";

export const rollback = (request: RollbackRequest): Command<RollbackObserved> => ({
  ...pointing(request),
  plan: (found) => planRollback(request, found),
});
