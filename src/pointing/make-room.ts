import { remove } from "../apply/removal.ts";
import type { Gateway } from "../aws/rest-api/gateway.ts";
import { linksOf } from "../conclude.ts";
import type { Facts } from "../decide.ts";
import { ActionError } from "../domain/errors.ts";
import { provenOwner } from "../domain/owner.ts";
import type { Stage } from "../domain/stage.ts";
import type { PointingRequest } from "../inputs/request.ts";
import { stageStep } from "../plan/delete.ts";
import type { Plan } from "../plan/plan.ts";
import { type SlotDecision, type SlotQuestion, type StageLimit, slotDecision } from "../plan/room.ts";
import { commentMarker } from "../report/comment.ts";
import { sweptPreviewComment } from "../report/sweep-page.ts";
import { applyAndRecord } from "./apply-and-record.ts";
import { stateAfter } from "./outcome.ts";
import { refused, type Story } from "./story.ts";

/** A new preview takes one of the API's few stages; whether there is one left is known before anything is made. */
export const makeRoomAndApply = async (story: Story, plan: Plan, facts: Facts, gateway: Gateway): Promise<void> => {
  const { request } = story;
  const limit = request.command === "deploy" ? request.slots.limit : undefined;
  const room =
    limit === undefined ? PROCEED : await slotFor(request, facts.stages, { of: "previews", most: limit }, gateway);
  if (!(await makeRoom(story, room, gateway))) return;
  try {
    await applyAndRecord(story, plan, facts, gateway);
  } catch (thrown) {
    // The quota itself is known to nobody but the service.
    if (!(thrown instanceof ActionError) || thrown.code !== "STAGE_QUOTA" || request.previewOf === undefined)
      throw thrown;
    const found = await gateway.getStages();
    const full = await slotFor(request, found, { of: "stages", most: found.length }, gateway);
    if (await makeRoom(story, full, gateway)) await applyAndRecord(story, plan, facts, gateway);
  }
};

const PROCEED: SlotDecision = { slot: "proceed" };

const slotFor = async (
  request: PointingRequest,
  stages: readonly Stage[],
  limit: StageLimit,
  gateway: Gateway,
): Promise<SlotDecision> => {
  if (request.previewOf === undefined || request.command !== "deploy") return PROCEED;
  const { restApiId, stageName, run, slots } = request;
  const question: SlotQuestion = {
    restApiId,
    stageName,
    repositoryId: run.repository.id,
    stages,
    limit,
    inUse: new Set(),
    onLimit: slots.onLimit,
    now: Date.now(),
  };
  const decision = slotDecision(question);
  if (decision.slot !== "evict") return decision;
  const users = await gateway.getStageUsers(stages.map(({ name }) => name));
  const used = [...users].flatMap(([name, { found }]) => (found.length > 0 ? [name] : []));
  return slotDecision({ ...question, inUse: new Set(used) });
};

/** Answers whether there is room now. */
const makeRoom = async (story: Story, decision: SlotDecision, gateway: Gateway): Promise<boolean> => {
  const { request, work } = story;
  switch (decision.slot) {
    case "proceed":
      return true;
    case "fail":
      // Where the service named the quota, the deployment is made already.
      throw refused(request, decision).withState(stateAfter(work, { acted: "no" }));
    case "skip":
      work.skipped = [
        decision.because,
        "The stages are:",
        ...decision.holders,
        ...(work.progress.made === undefined ? [] : [stateAfter(work, { acted: "no" })]),
      ].join("\n");
      return false;
    case "evict":
      await evict(story, decision, gateway);
      return true;
  }
};

const evict = async (
  { request, work, log, reporting }: Story,
  { stages, because }: Extract<SlotDecision, { slot: "evict" }>,
  gateway: Gateway,
): Promise<void> => {
  const { restApiId } = request;
  const evicted = stages.flatMap((stage) => {
    const owner = provenOwner(stage.tags, { restApiId, stageName: stage.name });
    return owner?.pullRequest === undefined ? [] : [{ stage, owner, pullRequest: owner.pullRequest }];
  });
  const steps = evicted.map(({ stage, owner }) => stageStep(stage, owner, because));
  const { results, lines, error } = await remove(steps, restApiId, gateway, log.info);
  work.notes.push(because, ...lines);
  const gone = evicted.filter((_, index) => results[index] === "deleted");
  await reporting.tellEvicted(
    gone.map(({ stage: { name: stageName, createdAt }, pullRequest }) => ({
      pullRequest,
      stageName,
      marker: commentMarker(restApiId, stageName),
      stageCreatedAt: createdAt,
      body: sweptPreviewComment({
        restApiId,
        stageName,
        because: `it was the oldest preview, and preview ${request.stageName} needed its place`,
        pullRequestIsOpen: true,
        logUrl: linksOf(request).logUrl,
        remover: "A newer preview",
      }),
    })),
  );
  if (error !== undefined) throw error;
};
