import type { DeleteRequest } from "../inputs/request.ts";
import type { DeleteObserved } from "../observe/observed.ts";
import { planDelete } from "../plan/delete.ts";
import { type Command, pointsNothing } from "./command.ts";

export const deleteStage = (request: DeleteRequest): Command<DeleteObserved> => ({
  ...pointsNothing,
  plan: (found) => planDelete(request, found),
});
