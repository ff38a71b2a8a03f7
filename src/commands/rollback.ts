import type { RollbackRequest } from "../inputs/request.ts";
import type { RollbackObserved } from "../observe/observed.ts";
import { planRollback } from "../plan/rollback.ts";
import type { Command } from "./command.ts";
import { openContracts } from "./contract.ts";
import { pointing } from "./pointing.ts";

export const rollback = (request: RollbackRequest): Command<RollbackObserved> => {
  const pointed = pointing(request);
  return {
    ...pointed,
    verify: openContracts(request).exporting(pointed.verify),
    prepare: (found) => Promise.resolve(found),
    plan: (found) => planRollback(request, found),
  };
};
