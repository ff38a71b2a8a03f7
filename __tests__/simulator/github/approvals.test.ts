import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { startJob, startRun } from "../../../simulator/github/jobs.ts";
import { createEnvironment } from "../../../simulator/github/people.ts";
import { workflowTokenWith } from "../../../simulator/github/tokens.ts";
import { openSetting, refusalOf, type Setting } from "./setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.server.close());

test("reviews of a run are listed in order, with who, what and why", async () => {
  const environment = createEnvironment(setting.world, setting.repository, "production", { reviewers: ["grace"] });
  const run = startRun(setting.world, {
    repository: "acme/orders",
    event: "push",
    sha: setting.repository.refs.get("refs/heads/main") ?? "",
    ref: "refs/heads/main",
    workflow: "Deploy",
    actor: "ada",
  });
  const at = { ...setting.at, run_id: run.id };
  const { actions } = setting.octokit.rest;
  expect((await actions.getReviewsForRun(at)).data).toEqual([]);
  for (const state of ["rejected", "approved"] as const) {
    startJob(setting.world, run, { name: "promote", environment: { name: "production" } });
    await setting.person("grace").rest.actions.reviewPendingDeploymentsForRun({
      ...at,
      environment_ids: [environment.id],
      state,
      comment: `It is ${state}.`,
    });
  }
  expect((await actions.getReviewsForRun(at)).data).toMatchObject([
    { state: "rejected", user: { login: "grace" }, comment: "It is rejected.", environments: [{ name: "production" }] },
    { state: "approved", user: { login: "grace" }, comment: "It is approved.", environments: [{ name: "production" }] },
  ]);
  const stranger = setting.as(workflowTokenWith({ deployments: "write" }));
  expect((await refusalOf(stranger.rest.actions.getReviewsForRun(at))).status).toBe(403);
  expect((await refusalOf(actions.getReviewsForRun({ ...at, run_id: 1 }))).status).toBe(404);
});
