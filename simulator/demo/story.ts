import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RestApi } from "../gateway/model.ts";
import { seedRestApi } from "../gateway/world.ts";
import type { Comment, DeploymentStatus, PullRequest } from "../github/model.ts";
import { openPullRequest } from "../github/people.ts";
import {
  type SimulatedJob,
  type SimulatedRun,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../simulator.ts";
import { textTable } from "../text-table.ts";
import { commentText } from "./comment-text.ts";
import type { Terminal } from "./terminal.ts";

/** What the chapters share: the world that they change one after the other, and how they tell of it. */
export type Story = {
  readonly simulator: Simulator;
  readonly api: RestApi;
  readonly pull: PullRequest;
  readonly terminal: Terminal;
  /**
   * Runs the bundle as a job's one step, `id: apigw`, and shows its plan, its result and what GitHub records of it.
   * `ends`: how the job must end, with success unless told.
   */
  readonly deploy: (
    job: Pick<SimulatedJob, "event" | "environment" | "runner">,
    inputs?: Readonly<Record<string, string>>,
    ends?: SimulatedRun["conclusion"],
  ) => Promise<SimulatedRun>;
  /** Calls a URL, and shows the answer. */
  readonly call: (url: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly comments: () => readonly Comment[];
  /** Tells of it when it does not hold, and makes the demo fail. */
  readonly expect: (what: string, holds: boolean) => void;
  /** How many expectations did not hold so far. */
  readonly failures: () => number;
};

/** Without a status where none came. */
export type Answer = { readonly status: number | undefined; readonly body: string };

/** A part of the story. It leaves the world as its events made it. */
export type Chapter = (story: Story) => Promise<void>;

/** A chapter that needs a checkout: an empty folder, which is removed when it is over. */
export const inWorkspace =
  (play: (story: Story, workspace: string) => Promise<void>): Chapter =>
  async (story) => {
    const workspace = await mkdtemp(join(tmpdir(), "demo-workspace-"));
    try {
      await play(story, workspace);
    } finally {
      await rm(workspace, { recursive: true });
    }
  };

/** `actionPath`: the folder with action.yml and dist/. `definition`: the OpenAPI file of the API's first draft. */
export const openStory = async (
  terminal: Terminal,
  actionPath: string,
  definition: string,
  runner: Pick<SimulatorOptions, "runScript">,
): Promise<Story> => {
  const text = await readFile(definition, "utf8");
  // The story is quicker than the one CreateDeployment that an account may send every five seconds.
  const simulator = await startSimulator({ ...runner, gateway: { rateLimits: false } });
  const { repository } = simulator;
  const api = seedRestApi(simulator.gateway.world, text, { id: "a1b2c3d4e5" });
  const pull = openPullRequest(simulator.github.world, repository, {
    user: "alice",
    headRef: "show-one-order",
    title: "Show one order",
  });
  let failures = 0;
  const story: Story = {
    simulator,
    api,
    pull,
    terminal,
    deploy: (job, inputs = {}, ends = "success") => deploy(story, actionPath, job, inputs, ends),
    call: (url, headers) => call(terminal, url, headers),
    comments: () => [...repository.comments.values()].filter(({ issue }) => issue === pull),
    expect: (what, holds) => {
      if (holds) return;
      failures += 1;
      terminal.problem(`${what}: this is not so.`);
    },
    failures: () => failures,
  };
  return story;
};

const deploy = async (
  story: Story,
  actionPath: string,
  job: Pick<SimulatedJob, "event" | "environment" | "runner">,
  inputs: Readonly<Record<string, string>>,
  ends: SimulatedRun["conclusion"],
): Promise<SimulatedRun> => {
  const { simulator, api, terminal } = story;
  const before = new Set(allStatuses(simulator).map(({ status }) => status));
  const run = await simulator.runJob({
    ...job,
    actionPath,
    steps: [
      {
        id: "apigw",
        uses: "./",
        with: {
          "rest-api-id": api.id,
          "invoke-url": `${simulator.gateway.server.url}/{rest-api-id}/{stage}`,
          ...inputs,
        },
      },
    ],
  });
  for (const name of ["Plan", "Status"]) {
    const lines = groupOf(run.log, name);
    if (lines.length > 0) terminal.section(name, lines);
  }
  terminal.section(
    "Result",
    run.log.filter((line) => line.startsWith("Result: ")).map((line) => line.slice("Result: ".length)),
  );
  const fresh = allStatuses(simulator).filter(({ status }) => !before.has(status));
  if (fresh.length > 0)
    terminal.section("Deployment statuses on GitHub, as they came", textTable(fresh.map(statusRow)));
  story.expect(`The job ends with ${ends}`, run.conclusion === ends);
  if (run.conclusion !== ends) terminal.section("The job's log", run.log);
  return run;
};

/** The lines of a group of the job's log. */
export const groupOf = (log: readonly string[], name: string): readonly string[] => {
  const start = log.indexOf(`##[group]${name}`);
  return start < 0 ? [] : log.slice(start + 1, log.indexOf("##[endgroup]", start));
};

type RecordedStatus = { readonly commit: string; readonly status: DeploymentStatus };

const allStatuses = ({ repository }: Simulator): RecordedStatus[] =>
  [...repository.deployments.values()]
    .flatMap(({ sha, statuses }) => statuses.map((status) => ({ commit: sha.slice(0, 7), status })))
    .sort((one, other) => one.status.id - other.status.id);

const statusRow = ({ commit, status }: RecordedStatus): string[] => [
  status.environment,
  commit,
  status.state,
  status.description,
  status.environmentUrl,
];

const call = async (
  terminal: Terminal,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const shown = Object.entries(headers).map(([name, value]) => ` (${name}: ${value})`);
  try {
    const response = await fetch(url, { headers });
    const answer = { status: response.status, body: await response.text() };
    terminal.section(`GET ${url}${shown.join("")}`, [`${answer.status} ${answer.body}`]);
    return answer;
  } catch (error) {
    terminal.section(`GET ${url}`, [`no answer: ${(error as Error).message}`]);
    return { status: undefined, body: "" };
  }
};

/** Shows the one comment that there should be. */
export const showComment = ({ comments, pull, terminal, expect }: Story): void => {
  const all = comments();
  expect(`Pull request #${pull.number} has one comment, not ${all.length}`, all.length === 1);
  for (const { user, body } of all) {
    const lines = commentText(body).map((line) => `│ ${line}`.trimEnd());
    terminal.section(`Comment of ${user.login} on pull request #${pull.number}`, lines);
  }
};
