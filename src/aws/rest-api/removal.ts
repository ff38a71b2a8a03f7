import { DeleteDeploymentCommand, DeleteStageCommand, GetStageCommand } from "@aws-sdk/client-api-gateway";
import type { Stage } from "../../domain/stage.ts";
import type { Connection } from "../client.ts";
import { type Pacing, write } from "../retry.ts";
import { openSession, undefinedWhenMissing } from "../session.ts";

/**
 * Deletions of stages and deployments. A repeated DELETE does no harm: what the first one removed is not found by the
 * second, and that is the wanted end.
 */

/** What there is to know of a stage before it is deleted. */
export type StageIdentity = Pick<Stage, "name" | "tags" | "deploymentId" | "createdAt">;

/** `absent`: it was gone before. */
export type StageRemoval = "deleted" | "absent" | "not-ours";
export type DeploymentRemoval = "deleted" | "absent" | "in-use";

/** Every method throws ActionError, and nothing else. A long series of calls stays below the account's rate. */
export type Removal = {
  /** Reads the stage once more, right before each DELETE; `mayDelete` decides whether it is still the one that is meant. */
  readonly deleteStage: (stageName: string, mayDelete: (stage: StageIdentity) => boolean) => Promise<StageRemoval>;
  readonly deleteDeployment: (deploymentId: string) => Promise<DeploymentRemoval>;
};

export const openRemoval = (connection: Connection, restApiId: string, pacing: Pacing, pacer: Pacer): Removal => {
  const { client, path, call } = openSession(connection, restApiId, pacing);
  const findStage = async (stageName: string): Promise<StageIdentity | undefined> => {
    const answer = await undefinedWhenMissing(client.send(new GetStageCommand({ restApiId, stageName })));
    return (
      answer && {
        name: stageName,
        tags: answer.tags ?? {},
        deploymentId: answer.deploymentId ?? "",
        createdAt: answer.createdDate?.getTime(),
      }
    );
  };

  return {
    deleteStage: async (stageName, mayDelete) => {
      await pacer.turn(2);
      let sent = false;
      const gone = (): StageRemoval => (sent ? "deleted" : "absent");
      return write<StageRemoval>(
        call("DeleteStage", "DELETE", `${path}/stages/${stageName}`, `delete stage ${stageName}`),
        pacing,
        async () => {
          const stage = await findStage(stageName);
          if (stage === undefined) return gone();
          if (!mayDelete(stage)) return "not-ours";
          sent = true;
          await undefinedWhenMissing(client.send(new DeleteStageCommand({ restApiId, stageName })));
          return "deleted";
        },
        // Sending again looks first.
        async () => undefined,
      );
    },

    deleteDeployment: async (deploymentId) => {
      await pacer.turn();
      let sent = false;
      return write<DeploymentRemoval>(
        call("DeleteDeployment", "DELETE", `${path}/deployments/${deploymentId}`, `delete deployment ${deploymentId}`),
        pacing,
        async () => {
          const again = sent;
          sent = true;
          try {
            const answer = await undefinedWhenMissing(
              client.send(new DeleteDeploymentCommand({ restApiId, deploymentId })),
            );
            return answer === undefined && !again ? "absent" : "deleted";
          } catch (thrown) {
            if (isInUse(thrown)) return "in-use";
            throw thrown;
          }
        },
        async () => undefined,
      );
    },
  };
};

type SdkError = { readonly name?: string; readonly message?: string };

/** Recorded behaviour: a BadRequestException, with one text for stages and another for their canaries. */
const isInUse = (thrown: unknown): boolean => {
  const { name, message = "" } = thrown as SdkError;
  return name === "BadRequestException" && /^Active stages\b.*pointing to this deployment/i.test(message);
};

/** Spaces requests out. */
export type Pacer = {
  /** Waits until so many requests may start; answers at once when the run is cancelled, because no request starts then. */
  readonly turn: (requests?: number) => Promise<void>;
};

/** Half of the 10 requests a second that a whole account may send to the control plane (API Gateway quotas). */
const PER_SECOND = 5;
/** Requests that need not wait after a pause; the account's own burst is 40. */
const BURST = 5;

/** `now` in milliseconds, from any start. */
export const openPacer = (pacing: Pick<Pacing, "signal" | "sleep">, now = () => performance.now()): Pacer => {
  const interval = 1000 / PER_SECOND;
  let nextAt = Number.NEGATIVE_INFINITY;
  return {
    turn: async (requests = 1) => {
      const slot = Math.max(nextAt, now() - (BURST - 1) * interval);
      nextAt = slot + requests * interval;
      const wait = slot - now();
      if (wait > 0) await pacing.sleep(wait, pacing.signal).catch(() => {});
    },
  };
};

const PROGRESS_EVERY = 25;

/** Does one after the other, and tells after every 25 how far it is: `Deleted 25 of 300.` Ends with the first error. */
export const inSeries = async <T>(
  items: readonly T[],
  doOne: (item: T) => Promise<void>,
  note: (text: string) => void,
): Promise<void> => {
  for (const [index, item] of items.entries()) {
    await doOne(item);
    const done = index + 1;
    if (done % PROGRESS_EVERY === 0 && done < items.length) note(`Deleted ${done} of ${items.length}.`);
  }
};
