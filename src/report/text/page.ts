import { placeText } from "../../domain/errors.ts";
import { clickableUrl, headerText, type InvokeUrl } from "../../domain/invoke-url.ts";
import { minuteText } from "../../domain/time-text.ts";
import type { Links } from "../links.ts";
import { linkOf, type StageOutcome } from "../outcome.ts";
import { canaryFacts, canarySection } from "./canary.ts";
import { evidenceSection } from "./canary-evidence.ts";
import { contractSection } from "./contract.ts";
import { errorSection } from "./error-text.ts";
import { bytesOf } from "./fitting.ts";
import { headline } from "./headline.ts";
import { historySection } from "./history.ts";
import { code, codeBlock, details, factTable, link } from "./markdown.ts";
import { planSection } from "./plan-text.ts";
import { counted, item, paragraphs } from "./prose.ts";
import { otherRouteChanges, routeCounts, routeDangers } from "./route-diff.ts";
import { settingsTable } from "./settings-diff.ts";
import { failedTestsSection, passedTestsSection } from "./smoke-tests.ts";
import { watchSection } from "./watch.ts";

const where = (outcome: StageOutcome): string => {
  const { invokeUrl, deploymentId, previousDeploymentId, result, request } = outcome;
  if (invokeUrl === undefined || deploymentId === undefined) return "";
  const url = linkOf(outcome);
  const stayed = result === "failed" && deploymentId === previousDeploymentId;
  if (url !== "") return `${stayed ? "Still there: " : ""}**<${url}>**${withHeader(invokeUrl)}`;
  if (invokeUrl.kind === "disabled") {
    return "The API's default endpoint is switched off, so the stage has no URL of its own. Give `invoke-url` with the custom domain that leads to it.";
  }
  const inside = invokeUrl.kind === "private" ? invokeUrl.url : undefined;
  return inside === undefined
    ? "The API is private: it answers only inside its VPC. Give `invoke-url` with the name that people use there."
    : `The API is private. Inside its VPC, stage ${code(request.stageName)} answers at ${code(inside)}.`;
};

const withHeader = (invokeUrl: InvokeUrl): string => {
  const header = headerText(invokeUrl);
  if (header === "") return "";
  const url = clickableUrl(invokeUrl);
  const inBrowser = url === "" ? "" : ` In a browser: <${url}>`;
  return `, with header ${code(header)}. Without it, the domain answers as it does for everybody.${inBrowser}`;
};

/** Only a route that exists and answers is worth a try; an unknown one answers 403. */
const howToTry = (outcome: StageOutcome): string => {
  const url = linkOf(outcome);
  const { example } = outcome.served;
  const header = headerText(outcome.invokeUrl);
  // A header must be typed by somebody, whatever route there is.
  const { path, needsApiKey } = example ?? { path: header === "" ? undefined : "/", needsApiKey: false };
  if (url === "" || path === undefined || outcome.result === "failed") return "";
  const key = needsApiKey ? " -H 'x-api-key: …'" : "";
  const preview = header === "" ? "" : ` -H '${header}'`;
  return codeBlock(`curl -i${preview}${key} '${url}${path}'`, "sh");
};

/** What changes for callers and in the settings, in numbers. */
const changeCounts = (outcome: StageOutcome): string => {
  const { routes, plan, result } = outcome;
  const settings = plan === undefined || result === "skipped" ? 0 : plan.settings.length;
  const title = isServed(outcome) ? "Routes" : "Routes, as planned";
  return [
    ...(routes === undefined ? [] : [routeCounts(routes, title)]),
    ...(settings === 0 ? [] : [`**Settings:** ${settings}${isOnlyPlanned(result) ? " to change" : " changed"}.`]),
  ].join("\n\n");
};

/** Whether callers meet what the routes say. */
const isServed = ({ result, changed, error }: StageOutcome): boolean =>
  result !== "planned" && (error === undefined || (changed && result === "failed"));

const isOnlyPlanned = (result: StageOutcome["result"]): boolean => result === "planned" || result === "failed";

const facts = (outcome: StageOutcome, links: Links): string => {
  const { request, api, region, recordedIn, deploymentId, previousDeploymentId, served, at } = outcome;
  const { run, stageName } = request;
  const before =
    previousDeploymentId && previousDeploymentId !== deploymentId ? `, before ${code(previousDeploymentId)}` : "";
  const commit = (id: string): string => link(code(id.slice(0, 7)), `${links.repositoryUrl}/commit/${id}`);
  const log = link(`run ${run.runId}, attempt ${run.attempt}`, links.logUrl);
  const named = request.label !== undefined && api?.name ? `${code(api.name)}, ` : "";
  return factTable([
    ["Stage", `${code(stageName)} of ${named}${code(request.restApiId)}${region === undefined ? "" : ` in ${region}`}`],
    ["Deployment", deploymentId === undefined || deploymentId === "" ? "" : `${code(deploymentId)}${before}`],
    ["Its commit", served.commit === undefined ? "" : commit(served.commit)],
    ...canaryFacts(outcome),
    ["Environment", code(recordedIn ?? "")],
    ["Expires", expiryOf(outcome)],
    ["Updated", `${minuteText(at)} by ${log}${served.commit === run.commit ? "" : ` on ${commit(run.commit)}`}`],
  ]);
};

/** A preview lives so long after its last deployment; `preview-ttl` beside the deployment tells how long. */
const expiryOf = ({ request, result, at }: StageOutcome): string => {
  if (request.command !== "deploy" || request.previewOf === undefined || request.ttl === undefined) return "";
  const deployed = result === "created" || result === "updated";
  return deployed ? `${minuteText(at + request.ttl)}, if it is not deployed again` : "";
};

const planPart = ({ plan, result, error }: StageOutcome): string => {
  // What a deletion did stands among the notes.
  if (plan === undefined || result === "skipped" || (plan.command === "delete" && result !== "planned")) return "";
  const section = planSection(plan);
  return result === "planned"
    ? `**Plan**\n\n${section}`
    : details(error === undefined ? "What was done" : "Plan", section);
};

const settingsPart = ({ plan, result }: StageOutcome): string => {
  if (plan === undefined || plan.command === "delete" || result === "skipped") return "";
  const table = settingsTable(plan.settings);
  const count = counted(plan.settings.length, "setting");
  return table === "" ? "" : details(`${count} ${isOnlyPlanned(result) ? "to change" : "changed"}`, table);
};

const evidencePart = ({ plan }: StageOutcome): string =>
  plan?.canary?.judged === undefined ? "" : evidenceSection(plan.canary.judged);

const historyPart = ({ history, deploymentId }: StageOutcome, { repositoryUrl }: Links): string =>
  history === undefined
    ? ""
    : details("What the stage served", historySection(history, deploymentId ?? "", repositoryUrl));

const warningSection = (warnings: readonly string[], remarks: StageOutcome["remarks"]): string =>
  [
    ...warnings.map((warning) => `- ⚠️ ${item(warning)}`),
    ...remarks.map((remark) => `- ${SIGNS[remark.level]} ${item(placeText(remark))}`),
  ].join("\n");

const SIGNS = { warning: "⚠️", note: "ℹ️" } as const;

const CUT = "… The rest did not fit; the whole report is in the job summary.";

/**
 * The report that people read on the pull request and in the job summary, of at most `limit` bytes: what is dangerous
 * first, then where the stage is and what changed, and at the end, folded, how. Parts that say nothing are left out, and
 * so are those that no longer fit; the routes take the room that the others leave.
 */
export const page = (outcome: StageOutcome, links: Links, warnings: readonly string[], limit: number): string => {
  const { error, smoke, watch, routes, request, result } = outcome;
  const before = [
    headline(outcome),
    error === undefined ? "" : errorSection(error, request.run.actionUrl, limit / 4),
    smoke === undefined ? "" : failedTestsSection(smoke),
    routes === undefined ? "" : routeDangers(routes.diff, limit / 4),
    result === "skipped" ? "" : contractSection(outcome, limit / 4),
    outcome.notes.map(paragraphs).join("\n\n"),
    watch === undefined ? "" : watchSection(watch),
    where(outcome),
    changeCounts(outcome),
    howToTry(outcome),
    facts(outcome, links),
    canarySection(outcome),
    evidencePart(outcome),
  ];
  const after = [
    smoke === undefined ? "" : passedTestsSection(smoke),
    settingsPart(outcome),
    planPart(outcome),
    historyPart(outcome, links),
    warningSection(warnings, outcome.remarks),
  ];
  const room = limit - length([...before, ...after]) - bytesOf(CUT);
  const others = routes === undefined ? "" : otherRouteChanges(routes.diff, room);
  const parts = [...before, others, ...after].filter((part) => part !== "");
  const fitting: string[] = [];
  for (const part of parts) if (length([...fitting, part]) + bytesOf(CUT) < limit) fitting.push(part);
  return [...fitting, ...(fitting.length < parts.length ? [CUT] : [])].join(GAP);
};

const GAP = "\n\n";

const length = (parts: readonly string[]): number => parts.reduce((sum, part) => sum + bytesOf(part) + GAP.length, 0);
