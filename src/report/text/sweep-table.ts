import type { StepResult } from "../../apply/progress.ts";
import { planText } from "../../domain/usage-plan.ts";
import type { Plan } from "../../plan/plan.ts";
import { type DeleteRuleStep, isRemoval, type LeavePlanStep, type Step } from "../../plan/step.ts";
import { code, details, plain } from "./markdown.ts";
import { counted } from "./prose.ts";

export type SweepView = {
  readonly plan: Pick<Plan, "steps" | "left">;
  /** One for each step of the plan, in its order. */
  readonly results: readonly SweepResult[];
  /** GitHub deployments that were made inactive. */
  readonly closedRecords: readonly RecordOfStage[];
  /** GitHub deployments that a dry run would have made inactive. */
  readonly plannedRecords: readonly RecordOfStage[];
};

export type SweepResult = StepResult | "not-reached" | "planned";

type RecordOfStage = { readonly stageName: string; readonly because: string };

type Row = { readonly what: string; readonly result: string; readonly because: string };

const WORDS: Readonly<Record<SweepResult, string>> = {
  done: "done",
  deleted: "deleted",
  absent: "was gone already",
  "not-ours": "kept: it changed meanwhile",
  "in-use": "kept: a stage references it",
  "in-plan": "kept: it is in its usage plan still",
  "in-rule": "kept: a routing rule still leads to it",
  failed: "not deleted: the request failed",
  "not-reached": "not reached",
  planned: "would be deleted",
};

const ABORTED: Readonly<Record<SweepResult, string>> = {
  ...WORDS,
  done: "aborted",
  failed: "not aborted: the request failed",
  planned: "would be aborted",
};

/** What was done and what was left, a row for each stage and each reason; texts are Markdown. */
const rowsOf = ({ plan, results, closedRecords, plannedRecords }: SweepView): readonly Row[] => {
  const steps = plan.steps.map((step, index) => ({ step, result: results[index] ?? "not-reached" }));
  return [
    ...steps.flatMap(({ step, result }): Row[] =>
      step.kind === "leave-usage-plan"
        ? [{ what: leaversText(step), result: LEFT[result] ?? WORDS[result], because: step.because }]
        : [],
    ),
    ...steps.flatMap(({ step, result }): Row[] =>
      step.kind === "delete-routing-rule"
        ? [{ what: ruleText(step), result: WORDS[result], because: step.because }]
        : [],
    ),
    ...steps.flatMap(({ step, result }): Row[] =>
      step.kind === "delete-stage"
        ? [{ what: `Stage ${code(step.stageName)}`, result: WORDS[result], because: step.because }]
        : [],
    ),
    ...steps.flatMap(({ step, result }): Row[] =>
      step.kind === "remove-canary"
        ? [{ what: `Canary of stage ${code(step.stageName)}`, result: ABORTED[result], because: step.because }]
        : [],
    ),
    ...together(steps.filter(({ step }) => step.kind === "delete-deployment")),
    ...recordRows(closedRecords, "made inactive"),
    ...recordRows(plannedRecords, "would be made inactive"),
    ...plan.left.map((left) => ({
      what: left.kind === "stage" ? `Stage ${code(left.stageName)}` : counted(left.count, "deployment"),
      result: "kept",
      because: left.because,
    })),
  ];
};

const ruleText = ({ ruleId, domain }: DeleteRuleStep): string =>
  `Routing rule ${code(ruleId)} of ${plain(domain.name)}`;

/** `2 stages in usage plan Previews (abc123)` */
const leaversText = ({ plan, stages }: LeavePlanStep): string =>
  `${counted(stages.length, "stage")} in ${plain(planText(plan))}`;

const LEFT: Partial<Readonly<Record<SweepResult, string>>> = {
  done: "taken out",
  absent: "were out already",
  failed: "not taken out: the request failed",
  planned: "would be taken out",
};

const recordRows = (records: readonly RecordOfStage[], result: string): readonly Row[] =>
  grouped(records, ({ because }) => because).map(({ key, items }) => ({
    what: counted(items.length, "GitHub deployment"),
    result,
    because: key,
  }));

type Done = { readonly step: Step; readonly result: SweepResult };

/** Deployments that went the same way for the same reason share a row: there may be hundreds. */
const together = (done: readonly Done[]): readonly Row[] =>
  grouped(done, ({ step, result }) => `${result}\n${step.because}`).flatMap(({ items }) =>
    items.slice(0, 1).map(({ step, result }) => ({
      what: counted(items.length, "deployment"),
      result: WORDS[result],
      because: step.because,
    })),
  );

const grouped = <T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly { readonly key: string; readonly items: readonly T[] }[] => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups].map(([key, members]) => ({ key, items: members }));
};

const kindCount = ({ plan, results }: SweepView, kind: Step["kind"], result: SweepResult): number =>
  plan.steps.filter((step, index) => step.kind === kind && results[index] === result).length;

const also = (count: number, noun: string, done: string): string =>
  count === 0 ? "" : ` ${counted(count, noun)} ${done}.`;

/** The sweep in one sentence. */
export const sweepSummary = (outcome: SweepView): string => {
  const { plan, results, closedRecords, plannedRecords } = outcome;
  if (plan.steps.length + closedRecords.length + plannedRecords.length === 0) return "Nothing to sweep.";
  const planned = results.includes("planned") || plannedRecords.length > 0;
  const result = planned ? "planned" : "deleted";
  const parts = [
    counted(kindCount(outcome, "delete-stage", result), "stage"),
    counted(kindCount(outcome, "delete-deployment", result), "deployment"),
  ].join(" and ");
  const records = [
    ...(closedRecords.length === 0 ? [] : [` ${counted(closedRecords.length, "GitHub deployment")} made inactive.`]),
    ...(plannedRecords.length === 0
      ? []
      : [` ${counted(plannedRecords.length, "GitHub deployment")} would be made inactive.`]),
  ].join("");
  const rules = also(
    kindCount(outcome, "delete-routing-rule", result),
    "routing rule",
    planned ? "would be deleted" : "deleted",
  );
  const aborted = kindCount(outcome, "remove-canary", planned ? "planned" : "done");
  const canaries = also(aborted, "canary", planned ? "would be aborted" : "aborted");
  const reached = results.filter((one) => one !== "not-reached").length;
  const rest = plan.steps.length - reached;
  const missed =
    rest === 0
      ? ""
      : ` ${rest} of ${counted(plan.steps.length, "step")} ${rest === 1 ? "was" : "were"} not reached; the next sweep goes on.`;
  return `${planned ? "Would delete" : "Deleted"} ${parts}.${rules}${canaries}${records}${missed}`;
};

/** The sweep as Markdown: what was done, what was left, and why. */
export const sweepTable = (outcome: SweepView): string =>
  [plain(sweepSummary(outcome)), table(rowsOf(outcome)), deploymentList(outcome)]
    .filter((part) => part !== "")
    .join("\n\n");

const table = (rows: readonly Row[]): string =>
  rows.length === 0
    ? ""
    : [
        "| What | Result | Why |",
        "| :-- | :-- | :-- |",
        ...rows.map(({ what, result, because }) => `| ${what} | ${result} | ${plain(because)} |`),
      ].join("\n");

/** Ids in a comment or summary; there, more would help nobody. The log has them all. */
const IDS_SHOWN = 100;

const deploymentList = ({ plan, results }: SweepView): string => {
  const ids = plan.steps.flatMap((step, index) =>
    step.kind === "delete-deployment" && results[index] === "deleted" ? [step.deploymentId] : [],
  );
  if (ids.length === 0) return "";
  const more = ids.length > IDS_SHOWN ? ` and ${ids.length - IDS_SHOWN} more; the log has them all` : "";
  return details("Deleted deployments", `${ids.slice(0, IDS_SHOWN).map(code).join(", ")}${more}`);
};

/** The sweep for the log, a line for every single thing. */
export const sweepLines = ({ plan, results, closedRecords, plannedRecords }: SweepView): readonly string[] => [
  ...plan.steps.flatMap((step, index) => {
    const result = results[index] ?? "not-reached";
    if (step.kind === "remove-canary") {
      return [`Canary of stage ${step.stageName} ${ABORTED[result]} (${step.because}).`];
    }
    if (step.kind === "leave-usage-plan") {
      const names = step.stages.map(({ stageName }) => stageName).join(", ");
      return [`Stages ${names} in ${planText(step.plan)}: ${LEFT[result] ?? WORDS[result]} (${step.because}).`];
    }
    if (step.kind === "delete-routing-rule") {
      return [`Routing rule ${step.ruleId} of domain ${step.domain.name} ${WORDS[result]} (${step.because}).`];
    }
    if (!isRemoval(step)) return [];
    const what = step.kind === "delete-stage" ? `Stage ${step.stageName}` : `Deployment ${step.deploymentId}`;
    return [`${what} ${WORDS[result]} (${step.because}).`];
  }),
  ...closedRecords.map(
    ({ stageName, because }) => `GitHub deployment of stage ${stageName} made inactive (${because}).`,
  ),
  ...plannedRecords.map(
    ({ stageName, because }) => `GitHub deployment of stage ${stageName} would be made inactive (${because}).`,
  ),
  ...leftLines(plan.left),
];

/** What stays, for the log. */
export const leftLines = (left: Plan["left"]): readonly string[] =>
  left.map((one) =>
    one.kind === "stage"
      ? `Stage ${one.stageName} kept: ${one.because}.`
      : `${counted(one.count, "deployment")} kept: ${one.because}.`,
  );
