import type { Services } from "../simulator/start/services.ts";
import type { SimulatedWorkflowRun } from "../simulator/workflow-run.ts";

/** What came of an event. */
export type EndedEvent = { readonly event: string; readonly jobs: SimulatedWorkflowRun["jobs"] };

export const endOf = ({ jobs }: EndedEvent): readonly string[] => {
  const ended = Object.entries(jobs);
  return ended.length === 0
    ? ["The workflow does not listen to this event: no job ran."]
    : ended.map(([name, { result }]) => `Job ${name}: ${result}`);
};

export const hasFailed = ({ jobs }: EndedEvent): boolean =>
  Object.values(jobs).some(({ result }) => result === "failure" || result === "cancelled");

/** What is there now, and what people would read on the pull request. */
export const stateOf = (services: Services): readonly string[] => [
  ...stageLines(stagesOf(services)),
  ...commentsOf(services).flatMap((body) => ["", ...body.split("\n")]),
];

/** The same for programs, and what each job came to. */
export const resultOf = (ends: readonly EndedEvent[], services: Services): object => ({
  events: ends.map(({ event, jobs }) => ({
    event,
    jobs: Object.entries(jobs).map(([name, { result, ran }]) => ({
      name,
      result,
      steps: (ran?.steps ?? []).map((step) => ({ name: step.name, result: step.conclusion, outputs: step.outputs })),
      outputs: ran?.outputs ?? {},
    })),
  })),
  stages: stagesOf(services),
  comments: commentsOf(services),
});

type Stage = { readonly api: string; readonly name: string; readonly deployment: string | null };

const stagesOf = ({ api, httpApi }: Services): readonly Stage[] =>
  [
    ...[...api.stages.values()].map((stage) => ({ id: api.id, stage })),
    ...[...httpApi.stages.values()].map((stage) => ({ id: httpApi.apiId, stage })),
  ].map(({ id, stage }) => ({ api: id, name: stage.stageName, deployment: stage.deploymentId ?? null }));

const stageLines = (stages: readonly Stage[]): readonly string[] =>
  stages.length === 0
    ? ["There is no stage."]
    : stages.map(({ name, deployment }) => `Stage ${name} serves deployment ${deployment ?? "none"}.`);

const commentsOf = ({ simulator }: Services): readonly string[] =>
  [...simulator.repository.comments.values()].map(({ body }) =>
    body
      .split("\n")
      .filter((line) => !line.startsWith("<!--"))
      .join("\n"),
  );
