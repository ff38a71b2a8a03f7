import { refused } from "../apply/refused.ts";
import type { DeleteRequest, DeployRequest, Request } from "../inputs/request.ts";
import type { SweepRequest } from "../inputs/sweep-request.ts";
import { refuseAskedInVain } from "../plan/asked-in-vain.ts";
import { canary } from "./canary.ts";
import type { Command } from "./command.ts";
import { deleteStage } from "./delete.ts";
import { deploy } from "./deploy.ts";
import { promote } from "./promote.ts";
import { rollback } from "./rollback.ts";
import { status } from "./status.ts";
import { sweep } from "./sweep.ts";

/** What is asked for and this kind of API cannot do ends the run before anything is looked at. */
export const commandOf = async (request: Request): Promise<Command> => {
  const command = await commandOnDomain(request);
  return {
    ...command,
    observe: async (session) => {
      const inVain = refuseAskedInVain(request, session.gateway.kind);
      if (inVain !== undefined) throw refused(request, inVain);
      return command.observe(session);
    },
  };
};

/** With the rules of a custom domain where previews are reached on one; other runs do not load what that takes. */
const commandOnDomain = async (request: Request): Promise<Command> => {
  const command = commandNamedBy(request);
  if (!isOnDomain(request)) return command;
  const { onPreviewDomain } = await import(/* webpackChunkName: "preview-domain" */ "./preview-domain.ts");
  return onPreviewDomain(request, command);
};

const isOnDomain = (request: Request): request is DeployRequest | DeleteRequest | SweepRequest =>
  (request.command === "sweep" && request.ruledDomain !== undefined) ||
  ((request.command === "deploy" || request.command === "delete") && request.previewDomain !== undefined);

const commandNamedBy = (request: Request): Command => {
  switch (request.command) {
    case "deploy":
      return deploy(request);
    case "promote":
      return promote(request);
    case "rollback":
      return rollback(request);
    case "canary":
      return canary(request);
    case "delete":
      return deleteStage(request);
    case "sweep":
      return sweep(request);
    case "status":
      return status(request);
  }
};
