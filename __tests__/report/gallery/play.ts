import { apply } from "../../../src/apply/apply.ts";
import type { Applying } from "../../../src/apply/applying.ts";
import { refused } from "../../../src/apply/refused.ts";
import type { Gateway } from "../../../src/aws/gateway.ts";
import { restApi } from "../../../src/aws/rest-api/kind.ts";
import { commandOf } from "../../../src/commands/command-of.ts";
import { besideUrlOf } from "../../../src/domain/invoke-url.ts";
import type { Routes } from "../../../src/domain/route.ts";
import type { Run } from "../../../src/domain/run.ts";
import type { Canary, RestApi, Stage } from "../../../src/domain/stage.ts";
import type { StageWrite } from "../../../src/domain/stage-write.ts";
import type { WorkspaceFiles } from "../../../src/domain/world.ts";
import { readRequest } from "../../../src/inputs/read-request.ts";
import type { Request } from "../../../src/inputs/request.ts";
import type { Observed } from "../../../src/observe/observed.ts";
import { isRefusal, type Plan } from "../../../src/plan/plan.ts";
import type { RecordEnding } from "../../../src/plan/records.ts";
import type { DarkStageStep } from "../../../src/plan/step.ts";
import { commentBody } from "../../../src/report/comment.ts";
import { endOf } from "../../../src/report/ending.ts";
import { linksOf } from "../../../src/report/links.ts";
import { logEnd, logPlan } from "../../../src/report/log.ts";
import { lookingFor } from "../../../src/report/looking.ts";
import type { Ending } from "../../../src/report/open-record.ts";
import {
  beginCourse,
  type Course,
  invokeUrlIn,
  isAboutStage,
  type Outcome,
  outcomeOf,
} from "../../../src/report/outcome.ts";
import { outputsOf } from "../../../src/report/outputs.ts";
import { noRecord } from "../../../src/report/record.ts";
import { endingOf, isWorthRecording } from "../../../src/report/record-ending.ts";
import { summaryOf } from "../../../src/report/summary.ts";
import { requestLines } from "../../../src/report/text/request-lines.ts";
import { testDarkStage } from "../../../src/verify/dark-stage.ts";
import { verify } from "../../../src/verify/verify.ts";
import type { WatchVerdict } from "../../../src/verify/watch-verdict.ts";
import { openApplying } from "../../apply/scene.ts";
import { aRestApi, aRun, aStage } from "../../requests.ts";
import { aWorld } from "../../world.ts";

/** A run as it is told, from its inputs to its end; AWS and GitHub are what the scene says. */
export type Scene = {
  /** The file's name in the gallery. */
  readonly name: string;
  /** What has happened, in a sentence. */
  readonly about: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly run?: Partial<Run>;
  /** The workspace. */
  readonly files?: Readonly<Record<string, string>>;
  readonly finds: Observed;
  /** What the new deployment has, where no definition says so. */
  readonly routes?: Routes;
  /** What API Gateway does other than usual. */
  readonly gateway?: Partial<Gateway>;
  /** What the stage answers to smoke tests, by path. */
  readonly answers?: Readonly<Record<string, { readonly status: number; readonly body: string }>>;
  /** What a watch has found. */
  readonly watch?: WatchVerdict;
  /** Records that were made inactive. */
  readonly retired?: (plan: Plan) => readonly RecordEnding[];
};

/** What the run tells, channel by channel. */
export type Told = {
  readonly outcome: Outcome;
  /** Empty for a sweep. */
  readonly comment: string;
  readonly summary: string;
  readonly log: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  /** `undefined` where the run makes none. */
  readonly record: Ending | undefined;
};

export const play = async (scene: Scene): Promise<Told> => {
  const { finds, inputs, answers = {} } = scene;
  const run = aRun({ actionUrl: "https://github.com/acme/apigw-stage-action/blob/v1", ...scene.run });
  const given = { "rest-api-id": "k3x9z7q2vt", "github-token": "token", "check-run-id": "1", ...inputs };
  const request = await readRequest(
    (name) => new Map(Object.entries(given)).get(name) ?? "",
    run,
    filesOf(scene),
    true,
  );
  if (request.command === "skip") throw new Error(request.because);
  const fetch = async (url: unknown): Promise<Response> => {
    const path = new URL(String(url)).pathname.replace(/^\/[^/]+/, "");
    const { status, body } = answers[path] ?? { status: 200, body: "{}" };
    return new Response(body, { status });
  };
  const world = aWorld({ fetch: fetch as typeof globalThis.fetch });
  const course = beginCourse();
  world.log.group("Request", requestLines(request));
  const error = await endOf(() => story(scene, request, course, world), request, course, world.signal);
  const outcome = outcomeOf(request, { ...course, observed: finds }, error, finds.now + 47_000);
  const retired = course.plan === undefined ? [] : (scene.retired?.(course.plan) ?? []);
  logEnd(outcome, retired, outcome.warnings, world.log);
  const isOfStage = isAboutStage(outcome);
  return {
    outcome,
    comment: isOfStage ? commentBody(outcome, outcome.request, linksOf(request)) : "",
    summary: summaryOf(outcome, linksOf(request), retired, outcome.warnings),
    log: world.lines,
    outputs: outputsOf(outcome, {
      recordId: 31,
      comment: { id: 77, url: "https://github.com/acme/orders/pull/7#issuecomment-77" },
    }),
    record: isOfStage && isRecorded(outcome) ? endingOf(outcome) : undefined,
  };
};

const isRecorded = ({ recordedIn, plan }: Outcome): boolean =>
  recordedIn !== undefined && plan !== undefined && isWorthRecording(plan);

type QuietWorld = ReturnType<typeof aWorld>;

const story = async (scene: Scene, request: Request, course: Course, world: QuietWorld): Promise<void> => {
  course.observed = scene.finds;
  // The scene finds what its command looks for.
  const plan = (await commandOf(request)).plan(scene.finds);
  Object.assign(course, { history: plan.history, routes: plan.routes, status: plan.status });
  if (isRefusal(plan)) throw refused(request, plan);
  course.plan = plan;
  logPlan(request, plan, world.log);
  if (request.dryRun) return;
  const { applying } = openApplying(gatewayOf(scene, request), {
    world,
    progress: course.progress,
    definition: request.command === "deploy" ? request.definition?.definition : undefined,
  });
  await apply(plan, { ...applying, prove: (step, id) => proveIn(scene, request, { step, id }, applying, course) });
  course.watch = scene.watch;
  const invokeUrl = invokeUrlIn(request, course);
  if (invokeUrl === undefined || !("smokeTests" in request)) return;
  await verify(request, plan, applying, invokeUrl, (verdict) => {
    course.smoke = verdict;
  });
};

/** What the command would do, but for the comparison with what callers have. */
const proveIn = async (
  { finds }: Scene,
  request: Request,
  { step, id }: { readonly step: DarkStageStep; readonly id: string },
  applying: Applying,
  course: Course,
): Promise<void> => {
  if (!("smokeTests" in request) || !("darkStage" in request) || !("api" in finds)) return;
  const invokeUrl = besideUrlOf(step.stageName, finds.api as RestApi, finds.place, request.invokeUrl);
  const tell = lookingFor(course, { request, record: noRecord, world: applying.world });
  await testDarkStage(request, { step, deploymentId: id, invokeUrl }, applying, tell);
};

const filesOf =
  ({ files = {} }: Scene): WorkspaceFiles =>
  (path) => {
    const text = files[path];
    return text === undefined ? { kind: "missing" } : { kind: "file", bytes: Buffer.from(text) };
  };

const gatewayOf = (scene: Scene, request: Request): Partial<Gateway> => {
  const { finds, routes: known } = scene;
  const imported = request.command === "deploy" ? request.definition?.definition.as("rest").needs : undefined;
  const routes = imported ?? known;
  const stages = new Map(finds.stages.map((stage) => [stage.name, stage]));
  const keep = (stage: Stage): Stage => {
    stages.set(stage.name, stage);
    return stage;
  };
  return {
    kind: restApi,
    restApiId: "k3x9z7q2vt",
    getApi: async () => ("api" in finds ? (finds.api as ReturnType<typeof aRestApi>) : aRestApi()),
    getStages: async () => [...stages.values()],
    getStage: async (name) => stages.get(name),
    createDeployment: async (description) => ({ id: "k4d2fz", description, createdAt: finds.now }),
    getDeployment: async (id) => ({ id, description: "", createdAt: 1, ...(routes === undefined ? {} : { routes }) }),
    createStage: async ({ stageName, deploymentId, tags }) => keep(aStage({ name: stageName, deploymentId, tags })),
    updateStage: async (name, writes) => keep(changed(stages.get(name) ?? aStage({ name }), writes)),
    ...scene.gateway,
  };
};

const NO_CANARY: Canary = { deploymentId: "", percentTraffic: 0, overrides: {}, useStageCache: false };

/** What becomes of the pointer and the canary. */
const changed = (stage: Stage, writes: readonly StageWrite[]): Stage => {
  let { deploymentId, canary } = stage;
  for (const write of writes) {
    if (write.kind === "deployment") deploymentId = write.id;
    else if (write.kind === "no-canary") canary = undefined;
    else if (write.kind === "canary") canary = { ...(canary ?? NO_CANARY), [write.member]: write.value };
  }
  return { ...stage, deploymentId, canary };
};
