import { apply } from "../../src/apply/apply.ts";
import type { Applying } from "../../src/apply/applying.ts";
import { noProgress, type Progress } from "../../src/apply/progress.ts";
import type { Gateway } from "../../src/aws/gateway.ts";
import { restApi } from "../../src/aws/rest-api/kind.ts";
import { type Acted, ActionError, type ErrorCode } from "../../src/domain/errors.ts";
import type { DeployRequest } from "../../src/inputs/request.ts";
import type { DeployObserved } from "../../src/observe/observed.ts";
import { planDeploy } from "../../src/plan/deploy.ts";
import { emptyPlan, isRefusal, type Plan } from "../../src/plan/plan.ts";
import { deploymentStep, stageStep } from "../../src/plan/removal.ts";
import type { DeleteStageStep, Step } from "../../src/plan/step.ts";
import { withoutCloudWatch } from "../alarms.ts";
import { aRequest, aRestApi, aStage, forProd, observedWith } from "../requests.ts";
import { aWorld, type QuietWorld } from "../world.ts";

export const planFor = (request: DeployRequest, observed: DeployObserved): Plan => {
  const decision = planDeploy(request, observed);
  if (isRefusal(decision)) throw new Error(decision.happened);
  return decision;
};

export const newPreview = planFor(aRequest(), observedWith());
export const preview = planFor(aRequest(), observedWith({ stages: [aStage()] }));
export const toExisting = planFor(
  aRequest({ deploymentId: "dep222" }),
  observedWith({ stages: [aStage()], requestedDeployment: { id: "dep222", description: "", createdAt: 1 } }),
);

/** A lasting stage of ours, whose history is kept. */
export const lasting = aStage({
  name: "prod",
  tags: { "apigw-stage-action": "repository=42/rest-api=a1b2c3d4e5/stage=prod" },
});
export const lastingPlan = planFor(aRequest(forProd), observedWith({ stages: [lasting] }));

export const eviction = (number: number): DeleteStageStep =>
  stageStep(
    aStage({
      name: `pr-${number}`,
      deploymentId: `d${number}`,
      tags: { "apigw-stage-action": `repository=42/pull-request=${number}/rest-api=a1b2c3d4e5/stage=pr-${number}` },
    }),
    { repositoryId: "42", pullRequest: number },
    "it is the oldest preview, and makes room",
  );

/** A new preview for which others go first. */
export const evicting = (...numbers: readonly number[]): Plan => {
  const [create, ...rest] = newPreview.steps;
  if (create === undefined) throw new Error("no deployment is made");
  return { ...newPreview, steps: [create, ...numbers.map(eviction), ...rest] };
};

export const removals = (command: "delete" | "sweep", ...steps: readonly Step[]): Plan => ({
  ...emptyPlan,
  command,
  restApiId: "a1b2c3d4e5",
  stageName: command === "delete" ? "pr-7" : undefined,
  result: command === "delete" ? "deleted" : "swept",
  steps,
});

export const oldDeployments = (count: number): readonly Step[] =>
  Array.from({ length: count }, (_, index) => deploymentStep(`d${index}`, "no stage references it"));

export const failure = (code: ErrorCode, acted: Acted = "no"): ActionError =>
  new ActionError({ code, doing: "do it", happened: `It failed: ${code}.`, acted });

/** What fails so often, and then goes well. */
export const failing = (error: ActionError, times = Number.POSITIVE_INFINITY): (() => Promise<void>) => {
  let left = times;
  return async () => {
    left -= 1;
    if (left >= 0) throw error;
  };
};

/** A gateway that does what it is asked, but for what a test says otherwise. */
export const gatewayWith = (otherwise: Partial<Gateway> = {}): Gateway => ({
  kind: restApi,
  restApiId: "a1b2c3d4e5",
  place: observedWith().place,
  getApi: async () => aRestApi(),
  getApis: async () => [],
  getExport: async () => undefined,
  getClientCertificate: async () => undefined,
  getStages: async () => [],
  getStage: async () => undefined,
  getDeployment: async () => undefined,
  getDeployments: async () => [],
  createDeployment: async (description) => ({ id: "new222", description, createdAt: 1 }),
  createStage: async ({ stageName, deploymentId, tags }) => aStage({ name: stageName, deploymentId, tags }),
  updateStage: async (name, writes) => {
    const last = writes.at(-1);
    return aStage({ name, deploymentId: last?.kind === "deployment" ? last.id : "" });
  },
  tagStage: async () => {},
  deleteStage: async () => "deleted",
  deleteDeployment: async () => "deleted",
  getDraft: async () => undefined,
  getAuthorizers: async () => [],
  importDefinition: async () => ({ warnings: [], information: [] }),
  tagApi: async () => {},
  getCloudWatchRole: async () => "unknown",
  clockOffset: () => 0,
  getStageQuota: async () => undefined,
  getStageUsers: async () => new Map(),
  getUsagePlans: async () => [],
  getUsagePlan: async (id) => ({ id, name: "Previews", stages: [] }),
  findDocumentation: async () => "absent",
  publishDocumentation: async () => {},
  associateWebAcl: async () => {},
  joinUsagePlan: async () => {},
  leaveUsagePlan: async (_, stageNames) => stageNames,
  routingRules: async () => ({
    list: async () => [],
    create: async (rule) => ({ ...rule, id: "r1" }),
    remove: async () => "deleted",
  }),
  domainReader: async () => ({
    facts: async () => undefined,
    mappings: async () => [],
    httpApis: async () => new Set(),
  }),
  within: () => ({ getStage: async () => undefined, getDeployment: async () => undefined }),
  ...otherwise,
});

const WRITES = [
  "createDeployment",
  "createStage",
  "updateStage",
  "tagStage",
  "publishDocumentation",
  "associateWebAcl",
  "joinUsagePlan",
  "leaveUsagePlan",
  "deleteStage",
  "deleteDeployment",
  "importDefinition",
  "tagApi",
] as const;

export type Attempt = {
  readonly progress: Progress;
  readonly world: QuietWorld;
  readonly applying: Applying;
  /** The writes in order, each with the name of what it is about. */
  readonly writes: readonly string[];
  readonly error: ActionError | undefined;
};

/** What a plan is carried out with; `writes` grows as it goes on. */
export const openApplying = (
  otherwise: Partial<Gateway> = {},
  changes: Partial<Omit<Applying, "gateway">> = {},
): Omit<Attempt, "error"> => {
  const gateway = gatewayWith(otherwise);
  const writes: string[] = [];
  for (const name of WRITES) {
    const send = gateway[name] as (...values: readonly unknown[]) => Promise<unknown>;
    Object.assign(gateway, {
      [name]: (...values: readonly unknown[]) => {
        const [first] = values;
        const about = typeof first === "string" ? first : (first as { stageName?: string }).stageName;
        writes.push(name === "createDeployment" ? name : `${name} ${about}`);
        return send(...values);
      },
    });
  }
  const world = aWorld();
  const progress = noProgress();
  const applying: Applying = {
    gateway,
    cloudWatch: withoutCloudWatch,
    world,
    progress,
    definition: undefined,
    settingsLeft: () => [],
    beforePointing: async () => {},
    prove: async () => {},
    finishing: async () => gatewayWith({}),
    compared: () => {},
    stageDeleted: async () => {},
    ...changes,
  };
  return { progress, world, applying, writes };
};

export const carryOut = async (
  plan: Plan,
  otherwise: Partial<Gateway> = {},
  changes: Partial<Omit<Applying, "gateway">> = {},
): Promise<Attempt> => {
  const opened = openApplying(otherwise, changes);
  const error = await apply(plan, opened.applying).then(
    () => undefined,
    (thrown: unknown) => {
      if (thrown instanceof ActionError) return thrown;
      throw thrown;
    },
  );
  return { ...opened, error };
};

/** How the steps ended that were reached: `create-stage done`. */
export const endsOf = ({ progress }: Pick<Attempt, "progress">): readonly string[] =>
  progress.taken.map(({ step, result }) =>
    step.kind === "delete-stage" ? `${step.kind} ${step.stageName} ${result}` : `${step.kind} ${result}`,
  );
