import { domainOf, type Request } from "../inputs/request.ts";
import type { Observed } from "../observe/observed.ts";
import { isRefusal, type Plan, type Refusal } from "../plan/plan.ts";
import { withoutRule, withoutRules, withRule } from "../plan/preview-domain/plan.ts";
import type { Command } from "./command.ts";

/**
 * A command about previews that are reached on a custom domain: all that it does anyway, and the rules that lead to the
 * stages. A stage comes before its rule, and goes after it.
 */
export const onPreviewDomain = (request: Request, command: Command): Command => ({
  ...command,
  plan: (found) => {
    const plan = command.plan(found);
    return isRefusal(plan) ? plan : withRules(request, plan, found);
  },
});

const withRules = (request: Request, plan: Plan, { api, stages, domain: seen, rules = [] }: Found): Plan | Refusal => {
  const { restApiId } = request;
  const domain = domainOf(request);
  const names = stages.map(({ name }) => name);
  if (request.command === "deploy" && request.previewDomain !== undefined && seen !== undefined) {
    const { stageName, previewOf: number = 0, previewDomain } = request;
    const visibility = api?.visibility ?? "public";
    return withRule(plan, { restApiId, stageName, number, domain: previewDomain, visibility }, seen);
  }
  if (domain === undefined) return plan;
  const known = { domain, restApiId, rules };
  return request.command === "delete"
    ? withoutRule(plan, request.stageName, known, names)
    : withoutRules(plan, known, names);
};

/** A sweep alone reads no API. */
type Found = Observed & { readonly api?: { readonly visibility: "public" | "private" } };
