import type { RollbackRequest } from "../inputs/request.ts";
import type { RollbackObserved } from "../observe/observed.ts";
import { withReach } from "../observe/reach.ts";
import { observeRollback } from "../observe/rollback.ts";
import { planRollback } from "../plan/rollback.ts";
import type { Command } from "./command.ts";
import { openContracts } from "./contract.ts";
import { pointing } from "./pointing.ts";

export const rollback = (request: RollbackRequest): Command<RollbackObserved> => {
  const pointed = pointing(request);
  return {
    ...pointed,
    verify: openContracts(request).exporting(pointed.verify),
    observe: async (session) => withReach(request, await observeRollback(request, session), session.world),
    plan: (found) => planRollback(request, found),
  };
};
