import type { StatusRequest } from "../inputs/status-request.ts";
import type { StatusObserved } from "../observe/observed.ts";
import { planStatus } from "../plan/status/plan-status.ts";
import { type Command, pointsNothing } from "./command.ts";

export const status = (request: StatusRequest): Command<StatusObserved> => ({
  ...pointsNothing,
  plan: (found) => planStatus(request, found),
});
