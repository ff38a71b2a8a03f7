import { setImmediate as turn } from "node:timers/promises";
import { isProduction } from "../domain/environment.ts";
import { CANARY_PART, type RecordState } from "../domain/github-record.ts";
import type { Secrets } from "../domain/secrets.ts";
import { describeServedAgain } from "../domain/served.ts";
import type { GitHubClient } from "../github/client.ts";
import { addStatus, createRecord, type NewRecord, recordIds } from "../github/records.ts";
import { explainTrouble, GitHubRefusal, NotOffered } from "../github/trouble.ts";
import type { Target } from "../inputs/target.ts";
import type { GitHubSide } from "../observe/github-side.ts";
import type { Plan } from "../plan/plan.ts";
import type { StandingRecord } from "../plan/records.ts";
import { type Ending, forgetOpenRecord, saveOpenRecord } from "./open-record.ts";

/** The GitHub deployment that shows this run. Nothing here throws: trouble becomes a warning. */
export type RecordChannel = {
  /** The first call decides. Opens nothing after `close`: a run can be cancelled before it comes here. */
  readonly open: (plan: Plan) => Promise<void>;
  /** Shows where the stage is while the run goes on. */
  readonly show: (description: string, environmentUrl: string) => Promise<void>;
  /** The first call decides; later ones change nothing. */
  readonly close: (ending: Ending) => Promise<void>;
  /** Ends the record in another way than `close` has, because more is known now. */
  readonly correct: (ending: Ending) => Promise<void>;
  /** An earlier record gets a fresh `success`: the stage serves its deployment once more. */
  readonly renew: (standing: StandingRecord, environmentUrl: string) => Promise<void>;
  readonly id: () => number | undefined;
};

export const noRecord: RecordChannel = {
  open: async () => {},
  show: async () => {},
  close: async () => {},
  correct: async () => {},
  renew: async () => {},
  id: () => undefined,
};

export type RecordSubject = {
  readonly request: Target;
  readonly github: GitHubSide;
  readonly secrets: Secrets;
  readonly logUrl: string;
  readonly warn: (text: string) => void;
};

export const openRecordChannel = (subject: RecordSubject): RecordChannel => {
  const { request, github, logUrl, warn } = subject;
  const { client } = github;
  if (client === undefined || request.githubDeployment === "never" || request.dryRun) return noRecord;
  let id: number | undefined;
  let opened: Promise<Opened | undefined> | undefined;
  let shown: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  // Of a status that a later one makes up for.
  let untold: string | undefined;
  const early = {
    ...subject,
    warnLater: (text: string): void => {
      untold = text;
    },
  };
  return {
    id: () => id,
    open: async (plan) => {
      if (closing !== undefined) return;
      opened ??= openRecord(early, client, plan, (known) => {
        id = known;
      });
      await opened;
    },
    show: async (description, environmentUrl) => {
      if (closing === undefined) shown = showLive(early, client, opened, { description, environmentUrl });
      await shown;
    },
    close: (ending) => {
      closing ??= Promise.resolve(shown)
        .then(() => closeRecord(subject, client, opened, ending))
        .then((settled) => {
          if (!settled && untold !== undefined) warn(untold);
        });
      return closing;
    },
    correct: async (ending) => {
      await closeRecord(subject, client, opened, ending);
    },
    renew: async ({ record, deploymentId }, environmentUrl) => {
      try {
        const { environment } = await github.environments;
        const known = record.id ?? (await recordIds(client, environment, [record])).get(record.nodeId);
        if (known === undefined) return;
        const description = describeServedAgain(request.stageName, deploymentId);
        await addStatus(client, known, { state: "success", description, logUrl, environmentUrl, autoInactive: false });
      } catch (thrown) {
        warn(explainTrouble(thrown, "show the earlier GitHub deployment as the current one", "deployments: write"));
      }
    },
  };
};

/** The record that this run reports to; `adopted` is the one that GitHub made for the job, and ends with it. */
type Opened =
  | { readonly id: number; readonly adopted: true }
  | { readonly id: number; readonly adopted: false; readonly record: NewRecord };

const notLeft = (because: string): string =>
  `Could not leave word of the GitHub deployment for the end of the job (${because}). If this step is killed, the next run closes it.`;

/** `warnLater`: unless a later status gets through. */
type EarlySubject = RecordSubject & { readonly warnLater: (text: string) => void };

const openRecord = async (
  subject: EarlySubject,
  client: GitHubClient,
  plan: Plan,
  known: (id: number) => void,
): Promise<Opened | undefined> => {
  const { request, github, secrets, logUrl, warn, warnLater } = subject;
  // What AWS is asked at the same time leaves first: the stage waits for it.
  await turn();
  const { jobDeployment } = await github.observed;
  const { environment } = await github.environments;
  let id = startingRecord(request);
  if (jobDeployment !== undefined && id === undefined && request.githubDeployment === "auto") {
    known(jobDeployment.id);
    return { id: jobDeployment.id, adopted: true };
  }
  const record = recordOf(request, environment, plan);
  try {
    if (id === undefined) {
      const unsaved = saveOpenRecord({ record, logUrl }, secrets);
      if (unsaved !== undefined) warn(notLeft(unsaved));
      id = await createRecord(client, record);
    }
    known(id);
    saveOpenRecord({ record, logUrl, id }, secrets);
    const description = `Deploying stage ${request.stageName}`;
    await addOwnStatus(client, id, subject, { state: "in_progress", description, logUrl, environmentUrl: "" });
  } catch (thrown) {
    const trouble = explainTrouble(thrown, `record the deployment in environment ${environment}`, "deployments: write");
    if (id === undefined) {
      // Then post has nothing to look for.
      if (isCertainlyRefused(thrown)) forgetOpenRecord();
      else saveOpenRecord({ record, logUrl, told: true }, secrets);
      warn(trouble);
    } else warnLater(trouble);
  }
  return id === undefined ? undefined : { id, adopted: false, record };
};

const showLive = async (
  subject: EarlySubject,
  client: GitHubClient,
  opened: Promise<Opened | undefined> | undefined,
  live: Pick<Ending, "description" | "environmentUrl">,
): Promise<void> => {
  const id = (await opened)?.id;
  if (id === undefined) return;
  try {
    await addOwnStatus(client, id, subject, { ...live, state: "in_progress", logUrl: subject.logUrl });
  } catch (thrown) {
    subject.warnLater(
      explainTrouble(thrown, "show in the GitHub deployment that the stage is live", "deployments: write"),
    );
  }
};

/** The GitHub deployment that asked for this run, where it is for the same environment: nobody else will end it. */
const startingRecord = ({ run: { event }, environment, githubDeployment }: Target): number | undefined =>
  event.kind === "deployment" &&
  githubDeployment === "auto" &&
  event.environment.toLowerCase() === environment.toLowerCase()
    ? event.id
    : undefined;

const isCertainlyRefused = (thrown: unknown): boolean =>
  thrown instanceof NotOffered || (thrown instanceof GitHubRefusal && (thrown.status ?? 500) < 500);

/** Answers whether GitHub knows now how the run ended, or people that it does not. */
const closeRecord = async (
  subject: RecordSubject,
  client: GitHubClient,
  opened: Promise<Opened | undefined> | undefined,
  ending: Ending,
): Promise<boolean> => {
  const { request, secrets, logUrl, warn } = subject;
  // Of a run that was refused there is none; whoever asked for the deployment waits for an answer even so.
  const own = await opened;
  const id = own?.id ?? startingRecord(request);
  if (id === undefined) return false;
  // GitHub ends the job's own deployment with the job; until then the link can be shown.
  if (own?.adopted && ending.state !== "success" && ending.environmentUrl === "") return false;
  const left = own?.adopted === false ? { record: own.record, logUrl, id, ending } : undefined;
  if (left !== undefined) saveOpenRecord(left, secrets);
  try {
    await addOwnStatus(client, id, subject, {
      ...ending,
      state: own?.adopted ? "in_progress" : ending.state,
      logUrl,
    });
    if (left !== undefined) forgetOpenRecord();
  } catch (thrown) {
    if (left !== undefined) saveOpenRecord({ ...left, told: true }, secrets);
    warn(explainTrouble(thrown, left === undefined ? UNSHOWN : UNCLOSED, "deployments: write"));
  }
  return true;
};

const UNSHOWN = "show in the GitHub deployment how the run ended";
const UNCLOSED =
  "add the final status to the GitHub deployment (it is open until the end of this job or the next run on the stage closes it)";

/** A part of the traffic is no serving: whoever goes back later must not take it for that. */
const isPart = ({ canary }: Plan): boolean => canary !== undefined && canary.does !== "complete";

const recordOf = (request: Target, environment: string, plan: Plan): NewRecord => ({
  sha: request.run.commit,
  environment,
  transient: request.previewOf !== undefined,
  production: isProduction(environment),
  payload: {
    restApiId: request.restApiId,
    stageName: request.stageName,
    pullRequest: request.previewOf,
    runId: request.run.runId,
    runAttempt: request.run.attempt,
    nonce: request.run.nonce,
    actor: request.run.actor,
    command: isPart(plan) ? CANARY_PART : plan.command,
    deploymentId: plan.deployment?.kind === "existing" ? plan.deployment.id : "",
    previousDeploymentId: isPart(plan) ? "" : (plan.serves ?? ""),
  },
});

type OwnStatus = {
  readonly state: RecordState;
  readonly description: string;
  readonly logUrl: string;
  readonly environmentUrl: string;
};

/** GitHub's own rule knows environments only: in one that previews, APIs or stages share it would end everybody's. */
const addOwnStatus = async (
  client: GitHubClient,
  id: number,
  { request, github }: Pick<RecordSubject, "request" | "github">,
  status: OwnStatus,
): Promise<void> => {
  const { isShared } = await github.environments;
  await addStatus(client, id, { ...status, autoInactive: request.previewOf === undefined && !isShared });
};
