import { GetUsagePlanCommand, GetUsagePlansCommand, UpdateUsagePlanCommand } from "@aws-sdk/client-api-gateway";
import { ActionError } from "../../domain/errors.ts";
import { holdsStage, type UsagePlan } from "../../domain/usage-plan.ts";
import { asAsked } from "../as-asked.ts";
import type { Stages, UsagePlans } from "../gateway.ts";
import { PAGE_LIMIT, readPages } from "../pages.ts";
import { pause, read, write } from "../retry.ts";
import { type Session, undefinedWhenDenied, undefinedWhenMissing } from "../session.ts";
import type { Call } from "../translate.ts";
import { readBy } from "./read-by.ts";

export const usagePlansOf = (session: Session, { getStages }: Stages): UsagePlans => {
  const pace = openPace(session);
  return {
    getUsagePlans: () => undefinedWhenDenied(getUsagePlans(session)),
    getUsagePlan: (planId) => getUsagePlan(session, planId),
    joinUsagePlan: async (planId, stageName) => {
      await change(session, pace, planId, `add stage ${stageName} to usage plan ${planId}`, async (plan) => {
        if (plan === undefined) throw goneMeanwhile(planId, stageName);
        return holdsStage(plan, { restApiId: session.restApiId, stageName })
          ? noChange
          : { op: "add", stageNames: [stageName] };
      });
    },
    leaveUsagePlan: (planId, stageNames, mayLeave) =>
      change(session, pace, planId, `take ${namesText(stageNames)} out of usage plan ${planId}`, async (plan) => {
        const within = stageNames.filter(
          (stageName) => plan !== undefined && holdsStage(plan, { restApiId: session.restApiId, stageName }),
        );
        if (within.length === 0) return noChange;
        const meant = (await getStages()).filter(mayLeave).map(({ name }) => name);
        return { op: "remove", stageNames: within.filter((name) => meant.includes(name)) };
      }),
  };
};

const namesText = (names: readonly string[]): string =>
  names.length === 1 ? `stage ${names[0]}` : `${names.length} stages`;

/** Throws ActionError. */
export const getUsagePlans = ({
  client,
  pacing,
  pacer,
  readOptions,
  callBeside,
}: Session): Promise<readonly UsagePlan[]> =>
  readPages(
    callBeside("GetUsagePlans", "/usageplans", "read the usage plans"),
    pacing,
    async (position) => {
      const list = new GetUsagePlansCommand({ limit: PAGE_LIMIT, position });
      return client.send(list, readOptions).then(readBy("usagePlansIn"));
    },
    () => pacer.turn(),
  );

const getUsagePlan = ({ client, pacing, readOptions, callBeside }: Session, planId: string) =>
  read(callBeside("GetUsagePlan", pathOf(planId), `read usage plan ${planId}`), pacing, () =>
    undefinedWhenMissing(
      client
        .send(new GetUsagePlanCommand({ usagePlanId: planId }), readOptions)
        .then(readBy("usagePlanOf"))
        .then(asAsked("usage plan", planId, ({ id }) => id)),
    ),
  );

const pathOf = (planId: string): string => `/usageplans/${planId}`;

type Change = { readonly op: "add" | "remove"; readonly stageNames: readonly string[] };

const noChange: Change = { op: "add", stageNames: [] };

/**
 * Reads the plan right before each sending: what is there already is not added, and what is not there is not taken away,
 * which the service refuses together with all the rest (recorded behaviour). So a repetition does no harm. Answers the
 * stages that were sent.
 */
const change = (
  session: Session,
  pace: Pace,
  planId: string,
  doing: string,
  decide: (plan: UsagePlan | undefined) => Promise<Change>,
): Promise<readonly string[]> => {
  const { client, restApiId, pacing, callBeside } = session;
  const about = { ...callBeside("UpdateUsagePlan", pathOf(planId), doing), verb: "PATCH" as const };
  const sent = new Set<string>();
  const send = async (): Promise<readonly string[]> => {
    const decideNow = async (): Promise<Change> => decide(await getUsagePlan(session, planId));
    const before = await decideNow();
    if (before.stageNames.length === 0) return [...sent];
    const { op, stageNames } = (await pace.wait(about)) ? await decideNow() : before;
    if (stageNames.length === 0) return [...sent];
    for (const name of stageNames) sent.add(name);
    const patchOperations = stageNames.map((name) => ({ op, path: "/apiStages", value: `${restApiId}:${name}` }));
    await client
      .send(new UpdateUsagePlanCommand({ usagePlanId: planId, patchOperations }))
      .then(readBy("usagePlanOf"))
      .then(asAsked("usage plan", planId, ({ id }) => id));
    pace.changed();
    return [...sent];
  };
  return write(about, pacing, send);
};

const goneMeanwhile = (planId: string, stageName: string): ActionError =>
  new ActionError({
    code: "UNKNOWN_USAGE_PLAN",
    doing: `add stage ${stageName} to usage plan ${planId}`,
    happened: `Usage plan ${planId} does not exist any more.`,
    acted: "no",
  });

/** Milliseconds for one change of a usage plan, in the whole account (API Gateway quotas, control plane). */
const INTERVAL = 20_000;
/** Milliseconds after which the log says again that the run waits. */
const SILENCE = 10_000;

type Pace = {
  /** Answers whether it took time. Throws ActionError for a run that is cancelled meanwhile. */
  readonly wait: (call: Call) => Promise<boolean>;
  readonly changed: () => void;
};

/** Lets the first change pass at once, and the next only when its time has come. */
const openPace = ({ pacing }: Session): Pace => {
  let nextAt = Number.NEGATIVE_INFINITY;
  return {
    wait: async (call) => {
      const wait = nextAt - pacing.now();
      for (let left = wait; left > 0; left -= SILENCE) {
        pacing.note(
          `An account may change one usage plan in ${INTERVAL / 1000} s; going to ${call.doing} in ${Math.ceil(left / 1000)} s.`,
        );
        await pause(Math.min(left, SILENCE), call, pacing, "no");
      }
      return wait > 0;
    },
    changed: () => {
      nextAt = pacing.now() + INTERVAL;
    },
  };
};
