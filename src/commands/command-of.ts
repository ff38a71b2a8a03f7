import { domainOf, type Request } from "../inputs/request.ts";
import { canary } from "./canary.ts";
import type { Command } from "./command.ts";
import { deleteStage } from "./delete.ts";
import { deploy } from "./deploy.ts";
import { promote } from "./promote.ts";
import { rollback } from "./rollback.ts";
import { status } from "./status.ts";
import { sweep } from "./sweep.ts";

/** With the rules of a custom domain where previews are reached on one; other runs do not load what that takes. */
export const commandOf = async (request: Request): Promise<Command> => {
  const command = commandNamedBy(request);
  if (domainOf(request) === undefined) return command;
  const { onPreviewDomain } = await import(/* webpackChunkName: "preview-domain" */ "./preview-domain.ts");
  return onPreviewDomain(request, command);
};

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
