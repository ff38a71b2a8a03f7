import type { PreviewDomain } from "../domain/preview-domain.ts";
import type { RoutingRule, RuledDomain } from "../domain/routing-rule.ts";
import type { DeleteRequest, DeployRequest } from "../inputs/request.ts";
import type { SweepRequest } from "../inputs/sweep-request.ts";
import type { Observed, StageObserved } from "../observe/observed.ts";
import { observeDomain, readRules, withKnownRules } from "../observe/preview-domain.ts";
import type { Session } from "../observe/session.ts";
import { isRefusal, type Plan, type Refusal } from "../plan/plan.ts";
import { withoutRule, withoutRules, withRule } from "../plan/preview-domain/plan.ts";
import type { Command } from "./command.ts";

/**
 * A command about previews that are reached on a custom domain: all that it does anyway, and the rules that lead to the
 * stages. A stage comes before its rule, and goes after it.
 */
export const onPreviewDomain = (request: DeployRequest | DeleteRequest | SweepRequest, command: Command): Command => {
  if (request.command === "sweep") {
    return request.ruledDomain === undefined ? command : sweeping(request, request.ruledDomain, command);
  }
  const { previewDomain } = request;
  if (previewDomain === undefined) return command;
  return request.command === "deploy"
    ? deploying(request, previewDomain, command)
    : deleting(request, previewDomain, command);
};

/** Reads beside what the command reads; rules of ours do not count as users of a stage there. */
type Look<Seen> = (session: Session, rules: Promise<readonly RoutingRule[]>) => Promise<Seen>;

const beside = <Seen, Found extends Observed>(
  command: Command<Found>,
  domain: RuledDomain,
  look: Look<Seen>,
  decide: (plan: Plan, found: Found, seen: Seen) => Plan | Refusal,
): Command<Found & { readonly seen: Seen }> => ({
  ...command,
  observe: async (session) => {
    const rules = readRules(domain, session);
    const [found, seen] = await Promise.all([
      command.observe(withKnownRules(session, domain, rules)),
      look(session, rules),
    ]);
    return { ...found, seen };
  },
  plan: (found) => {
    const plan = command.plan(found);
    return isRefusal(plan) ? plan : decide(plan, found, found.seen);
  },
});

const deploying = (request: DeployRequest, domain: PreviewDomain, command: Command): Command =>
  beside(
    command as Command<StageObserved>,
    domain,
    (session, rules) => observeDomain(domain, session, rules),
    (plan, { api }, seen) => {
      const { restApiId, stageName, previewOf: number = 0 } = request;
      return withRule(plan, { restApiId, stageName, number, domain, visibility: api.visibility }, seen);
    },
  );

const deleting = ({ restApiId, stageName }: DeleteRequest, domain: PreviewDomain, command: Command): Command =>
  beside(
    command,
    domain,
    (_, rules) => rules,
    (plan, { stages }, rules) =>
      withoutRule(
        plan,
        stageName,
        { domain, restApiId, rules },
        stages.map(({ name }) => name),
      ),
  );

const sweeping = ({ restApiId }: SweepRequest, domain: RuledDomain, command: Command): Command =>
  beside(
    command,
    domain,
    (_, rules) => rules,
    (plan, { stages }, rules) =>
      withoutRules(
        plan,
        { domain, restApiId, rules },
        stages.map(({ name }) => name),
      ),
  );
