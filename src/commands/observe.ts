import { refused } from "../apply/refused.ts";
import { domainOf, type Request } from "../inputs/request.ts";
import { observeDeploy } from "../observe/deploy.ts";
import type { Observed } from "../observe/observed.ts";
import { withReach } from "../observe/reach.ts";
import type { Session } from "../observe/session.ts";
import { refuseAskedInVain } from "../plan/asked-in-vain.ts";

/**
 * Reads all that the command's plan depends on. Throws ActionError; what is asked for and this kind of API cannot do ends
 * the run before anything is looked at. It stands apart from the commands because a run loads those, and with them all
 * that plans, applies, verifies and reports, while the first requests are under way.
 */
export const observe = async (request: Request, session: Session): Promise<Observed> => {
  const inVain = refuseAskedInVain(request, session.gateway.kind);
  if (inVain !== undefined) throw refused(request, inVain);
  const domain = domainOf(request);
  if (domain === undefined) return look(request, session);
  const { lookOnDomain } = await import(/* webpackChunkName: "preview-domain" */ "../observe/preview-domain.ts");
  return lookOnDomain(request, domain, session, (seen) => look(request, seen));
};

/** A deployment is what most runs are: what looks for the others is loaded where it is used. */
const look = async (request: Request, session: Session): Promise<Observed> => {
  switch (request.command) {
    case "deploy":
      return withReach(request, await observeDeploy(request, session), session.world);
    case "promote": {
      const { observePromote } = await import(/* webpackChunkName: "look" */ "../observe/promote.ts");
      return withReach(request, await observePromote(request, session), session.world);
    }
    case "rollback": {
      const { observeRollback } = await import(/* webpackChunkName: "look" */ "../observe/rollback.ts");
      return withReach(request, await observeRollback(request, session), session.world);
    }
    case "canary": {
      const { observeCanary } = await import(/* webpackChunkName: "look" */ "../observe/canary.ts");
      return observeCanary(request, session);
    }
    case "delete": {
      const { observeDelete } = await import(/* webpackChunkName: "look" */ "../observe/delete.ts");
      return observeDelete(request, session);
    }
    case "sweep": {
      // What it plans decides in the middle of reading what else is to be read.
      const { observeChosen } = await import("./sweep.ts");
      return observeChosen(request, session);
    }
    case "status": {
      const { observeStatus } = await import(/* webpackChunkName: "look" */ "../observe/status.ts");
      return observeStatus(request, session);
    }
  }
};
