import { describe, expect, test } from "@jest/globals";
import { addComment } from "../../../simulator/github/people.ts";
import { githubActionsApp, githubActionsBot } from "../../../simulator/github/tokens.ts";
import type { Exchange } from "../../../simulator/http/exchange.ts";
import type { FaultEffect } from "../../../simulator/http/faults.ts";
import { commentMarker } from "../../../src/domain/comment-marker.ts";
import { ownerTags } from "../../../src/domain/owner.ts";
import { sealed } from "../../../src/github/comments.ts";
import { type Ended, noise, openScene, type Scene, statesOf } from "../../e2e/scene.ts";
import { addPreviewRecord, payloadOf } from "../../preview-record.ts";
import { busy, githubRefusal, refusal, reset, serverError, throttled } from "../effects.ts";

/**
 * One fault at a time, at every request of one scenario: a push to a pull request whose preview exists. Whatever goes
 * wrong, the promises hold in the end.
 */
const restApiId = "a1b2c3d4e5";
const stageName = "pr-1";

type Preview = { readonly scene: Scene; readonly served: string };

/** The pull request's preview as an earlier run left it: stage, comment, record. */
const openPreview = async (): Promise<Preview> => {
  const scene = await openScene();
  const { repository, pull } = scene;
  const { world } = scene.github;
  const tags = ownerTags({ repositoryId: String(repository.id), pullRequest: pull.number }, { restApiId, stageName });
  const { deploymentId } = scene.addStage(stageName, { tags });
  addPreviewRecord(world, repository, { sha: pull.head.sha, state: "success", payload: payloadOf(stageName) });
  const marker = commentMarker(restApiId, stageName);
  const body = sealed(`${marker}\nThe preview is live.`, { pullRequest: pull.number, marker });
  addComment(world, repository, pull, { user: githubActionsBot.login, app: githubActionsApp, body });
  return { scene, served: deploymentId };
};

type ServiceName = "gateway" | "github";
type Request = { readonly service: ServiceName; readonly operation: string; readonly nth: number };

const requestsOf = (service: ServiceName, exchanges: readonly Exchange[]): Request[] =>
  exchanges.map(({ operation }, index) => ({
    service,
    operation,
    nth: exchanges.slice(0, index).filter((earlier) => earlier.operation === operation).length,
  }));

const nameOf = ({ operation, nth }: Request): string => `${operation} (${nth + 1})`;

/** In an order of their own: requests that leave together arrive as it comes. */
const cleanRun = async (): Promise<readonly Request[]> => {
  const { scene } = await openPreview();
  const run = await scene.deploy();
  await scene.close();
  if (run.conclusion !== "success") throw new Error(run.text);
  return [
    ...requestsOf("gateway", scene.gateway.server.exchanges),
    ...requestsOf("github", scene.github.server.exchanges),
  ].sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
};

const withFault = async (
  { service, operation, nth }: Request,
  effect: FaultEffect,
  times: number,
  check: (preview: Preview, run: Ended) => void,
): Promise<void> => {
  const preview = await openPreview();
  try {
    preview.scene[service].server.faults.add({ operation, skip: nth, times, effect });
    const run = await preview.scene.deploy({}, { event: preview.scene.opened("synchronize") });
    check(preview, run);
  } finally {
    await preview.scene.close();
  }
};

const kept = ({ scene, served }: Preview, run: Ended): void => {
  const { api, repository } = scene;
  const pointed = scene.stage(stageName)?.deploymentId ?? "";
  // I1: the stage serves what it served, or a deployment that exists and is this run's.
  const own = [...api.deployments.values()].filter(({ description }) =>
    description?.includes(`run=${repository.id}/${run.run.id}.1 `),
  );
  expect([served, ...own.map(({ id }) => id)]).toContain(pointed);
  expect(api.deployments.has(pointed)).toBe(true);
  // I5: one deployment at most is new, and there is one comment.
  expect(api.deployments.size - 1).toBe(own.length);
  expect(own.length).toBeLessThanOrEqual(1);
  expect(scene.comments()).toHaveLength(1);
  // I3: the stage is otherwise as it was.
  expect(api.stages.size).toBe(1);
  expect(Object.keys(scene.stage(stageName)?.tags ?? {})).toEqual(["apigw-stage-action"]);
  // I4: nothing is left open.
  const open = scene.records().filter((record) => !/success|failure|inactive/.test(statesOf(record).at(-1) ?? ""));
  expect(open).toEqual([]);
  expect(run.text).not.toMatch(noise);
  expect(run.text).not.toContain("(BUG)");
};

const succeeded = (preview: Preview, run: Ended): void => {
  kept(preview, run);
  const { scene, served } = preview;
  expect(run.steps[0]?.exitCode).toBe(0);
  expect(run.outputs["result"]).toBe("updated");
  expect(scene.stage(stageName)?.deploymentId).not.toBe(served);
  expect(scene.stage(stageName)?.deploymentId).toBe(run.outputs["deployment-id"]);
  expect(scene.api.deployments.size).toBe(2);
};

/** As if nothing had happened. */
const isLive = (preview: Preview, run: Ended): void => {
  succeeded(preview, run);
  expect(preview.scene.records().map((record) => statesOf(record).at(-1))).toEqual(["inactive", "success"]);
  expect(preview.scene.comments()[0]?.body).toContain("### ✅ Orders · preview `pr-1` is live");
};

const requests = await cleanRun();

/** Every n-th of the pairs of a request and an effect, so that each request and each effect has its share. */
const at = (service: ServiceName, effects: Readonly<Record<string, FaultEffect>>, every = 1) =>
  requests
    .filter((request) => request.service === service)
    .flatMap((request, row) =>
      Object.entries(effects)
        .filter((_, column) => (row + column) % every === 0)
        .map(([name, effect]) => [`${nameOf(request)}: ${name}`, request, effect] as const),
    );

type Case = ReturnType<typeof at>[number];

const gatewayOnce = (every: number): void => {
  const once = {
    "429": throttled(),
    "409 try again": busy,
    "500 before it acted": serverError("before"),
    "500 after it acted": serverError("after"),
    "reset before it acted": reset("before"),
    "reset after it acted": reset("after"),
    "half an answer": { kind: "truncate" },
  } as const;

  test.concurrent.each(at("gateway", once, every))("%s, once: the run succeeds", (_, request, effect) =>
    withFault(request, effect, 1, isLive),
  );
};

const gatewayForGood = (): void => {
  const forGood = {
    "400": refusal(400, "BadRequestException", "It may not be."),
    "403": refusal(
      403,
      "AccessDeniedException",
      "User: x is not authorized to perform: apigateway:PATCH on resource: y",
    ),
  };

  const isLastLook = ({ operation, nth }: Request): boolean => operation === "GetStage" && nth === 1;

  test.concurrent.each(at("gateway", forGood).filter(([, request]) => isLastLook(request)))(
    "%s, for good: the stage is pointed, and that nobody looked once more is said",
    (_, request, effect) =>
      withFault(request, effect, 1000, (preview, run) => {
        succeeded(preview, run);
        expect(run.annotations).toEqual([expect.objectContaining({ level: "warning" })]);
      }),
  );

  /** What its routes need is then not warned of, as the log says. */
  const isDraftRefused = ([name, { operation }]: Case): boolean => operation === "GetResources" && name.includes("403");

  test.concurrent.each(at("gateway", forGood).filter(isDraftRefused))(
    "%s, for good: the run succeeds",
    (_, request, effect) =>
      withFault(request, effect, 1000, (preview, run) => {
        succeeded(preview, run);
        expect(run.annotations).toEqual([]);
        expect(run.text).toContain("because the role may not read it");
      }),
  );

  const fatal = at("gateway", forGood).filter((one) => !isLastLook(one[1]) && !isDraftRefused(one));

  test.concurrent.each(fatal)("%s, for good: the run fails, and the stage is as it was", (_, request, effect) =>
    withFault(request, effect, 1000, (preview, run) => {
      kept(preview, run);
      const { scene, served } = preview;
      expect(run.steps[0]?.exitCode).toBe(1);
      expect(scene.stage(stageName)?.deploymentId).toBe(served);
      const message = run.annotations.find(({ level }) => level === "error")?.message ?? "";
      expect(message).toMatch(
        /^Could not [\s\S]+\nState: (?:Nothing was changed\.|Stage pr-1 still serves)[\s\S]*\nWhat to do: /,
      );
      expect(run.outputs).toMatchObject({ result: "failed", changed: "false" });
      // Its name may be what was not read.
      expect(scene.comments()[0]?.body).toMatch(/^### ❌ (?:Orders|`a1b2c3d4e5`) · preview `pr-1` was not deployed$/m);
    }),
  );
};

const githubOnce = (every: number): void => {
  const once = {
    "500 before it acted": githubRefusal(500, "Server Error"),
    "500 after it acted": githubRefusal(500, "Server Error", "after"),
    "reset before it acted": reset("before"),
    "reset after it acted": reset("after"),
    "half an answer": { kind: "truncate" },
  } as const;

  test.concurrent.each(at("github", once, every))("%s, once: nobody notices", (_, request, effect) =>
    withFault(request, effect, 1, (preview, run) => {
      isLive(preview, run);
      expect(run.annotations).toEqual([]);
    }),
  );
};

const githubRefused = (): void => {
  const refused = { "403": githubRefusal(403, "Resource not accessible by integration") };

  test.concurrent.each(at("github", refused))("%s, once: a warning names the permission", (_, request, effect) =>
    withFault(request, effect, 1, (preview, run) => {
      succeeded(preview, run);
      // The status that ends the record makes up for the one that began it.
      if (request.operation.endsWith("/statuses") && request.nth === 0) return expect(run.annotations).toEqual([]);
      expect(run.annotations).toHaveLength(1);
      expect(run.annotations[0]).toMatchObject({ level: "warning" });
      expect(run.annotations[0]?.message).toMatch(
        /Give the job permissions: (?:checks|deployments|pull-requests): (?:read|write)/,
      );
    }),
  );
};

/** A test for each request and what it meets; of what it meets once, for every n-th pair. */
export const everyRequest = (every: number): void => {
  test("the scenario has the requests that it is known for", () => {
    const named = (service: ServiceName): string[] =>
      requests
        .filter((request) => request.service === service)
        .map(({ operation }) => operation.replace("/repos/{owner}/{repo}", ""));
    // The stage is looked at beside CreateDeployment, and once more beside the report.
    const looks = ["GetStage", "GetStage"];
    // The draft is read beside the others, for what its routes need.
    expect(named("gateway").sort()).toEqual([
      "CreateDeployment",
      "GetResources",
      "GetRestApi",
      ...looks,
      "GetStages",
      "UpdateStage",
    ]);
    expect(named("github")).toHaveLength(7);
    // The first reads, the last edits the comment.
    expect(named("github").filter((operation) => operation === "POST /graphql")).toHaveLength(2);
  });

  describe("API Gateway", () => {
    gatewayOnce(every);
    gatewayForGood();
  });

  describe("GitHub", () => {
    githubOnce(every);
    githubRefused();
  });
};
