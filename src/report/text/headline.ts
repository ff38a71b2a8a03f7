import type { Health } from "../../domain/health.ts";
import { failedText } from "../../verify/verdict.ts";
import type { Outcome, StageOutcome } from "../outcome.ts";
import { canaryHeadline } from "./canary.ts";
import { code, plain } from "./markdown.ts";
import { counted } from "./prose.ts";
import type { Said } from "./said.ts";

/** The first line of every report: which API, which stage, how it is, and what is dangerous about that. */

/** What people call the API. */
export const apiName = ({ request, api }: Pick<Outcome, "request" | "api">): string => {
  const name = request.label ?? api?.name ?? "";
  return name.trim() === "" ? code(request.restApiId) : plain(name);
};

export const headline = (outcome: StageOutcome): string => {
  const { request } = outcome;
  const subject = `${request.previewOf === undefined ? "stage" : "preview"} ${code(request.stageName)}`;
  const { sign, text, tail = "" } = said(outcome, subject);
  const dangers = dangersIn(outcome);
  if (dangers.length === 0) return `### ${sign} ${apiName(outcome)} · ${text}${tail}`;
  return sign === "❌"
    ? `### ${sign} ${apiName(outcome)} · ${text} (${dangers.join(", ")})`
    : `### ⚠️ ${apiName(outcome)} · ${text}${tail === "" ? "," : ""} with ${dangers.join(" and ")}${tail}`;
};

const said = (outcome: StageOutcome, subject: string): Said => {
  const { result, request, error } = outcome;
  const deletes = request.command === "delete";
  switch (result) {
    case "created":
    case "updated":
    case "promoted":
      return { sign: "✅", text: `${subject} is live` };
    case "rolled-back":
      return error === undefined
        ? { sign: "✅", text: `${subject} is rolled back` }
        : { sign: "❌", text: `${subject} failed and was rolled back` };
    case "unchanged":
      return deletes ? { sign: "🧹", text: `${subject} is gone` } : { sign: "✅", text: `${subject} is up to date` };
    case "planned":
      return { sign: "📝", text: `plan for ${subject}`, tail: ", nothing was changed" };
    case "skipped":
      return deletes ? { sign: "⚪", text: `${subject} stays` } : { sign: "⏳", text: `${subject} waits for a slot` };
    case "deleted":
      return { sign: "🧹", text: `${subject} is removed` };
    case "failed":
      return saidOfFailure(outcome, subject);
    default:
      return canaryHeadline(outcome, result, subject);
  }
};

const saidOfFailure = (outcome: StageOutcome, subject: string): Said => {
  const { request, error, changed, isKnown, deploymentId, previousDeploymentId } = outcome;
  if (error?.kind === "cancelled") return { sign: "⚪", text: `${subject}: cancelled` };
  const failed = (text: string): Said => ({ sign: "❌", text });
  if (request.command === "delete") {
    if (!isKnown) return failed(`it is not known whether ${subject} was removed`);
    return previousDeploymentId !== undefined && deploymentId === undefined
      ? failed(`${subject} is gone, but not all that belonged to it`)
      : failed(`${subject} was not removed`);
  }
  if (changed && !isKnown) return failed(`it is not known what ${subject} serves`);
  return failed(`${subject} ${changed ? "has a problem" : "was not deployed"}`);
};

/** A run that failed for another reason did not bring its routes to anybody. */
const dangersIn = ({ result, error, routes, contract, smoke, watch }: StageOutcome): readonly string[] => {
  const brought =
    error === undefined ? !["deleted", "skipped", "rolled-back"].includes(result) : error.code === "FAIL_ON";
  const { authWeakened = [], removed = [] } = brought ? (routes?.diff ?? {}) : {};
  const broken = brought && contract?.kind === "compared" ? contract.changes.length : 0;
  return [
    ...(authWeakened.length === 0 ? [] : [`weaker authorization on ${counted(authWeakened.length, "route")}`]),
    ...(removed.length === 0 ? [] : [`${counted(removed.length, "route")} removed`]),
    ...(broken === 0 ? [] : [`${counted(broken, "breaking change")}`]),
    ...(smoke?.kind === "unhealthy" ? [failedText(smoke)] : []),
    ...(smoke?.kind === "unreachable" ? ["smoke tests that could not reach it"] : []),
    ...(watch === undefined ? [] : WATCHED[watch.health]),
  ];
};

const WATCHED: Readonly<Record<Health, readonly string[]>> = {
  healthy: [],
  unhealthy: ["the watch found it unhealthy"],
  "not-proven": ["its health not proven"],
};
