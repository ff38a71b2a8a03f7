import type { Stage } from "../domain/stage.ts";
import type { StageWrite } from "../domain/stage-write.ts";
import type { NewStage, Stages } from "./gateway.ts";
import { read, write } from "./retry.ts";
import { type Session, undefinedWhenMissing } from "./session.ts";
import type { Call } from "./translate.ts";

/** What a kind of API is asked and told of its stages, a request each. They throw what the SDK throws. */
export type StageRequests = {
  readonly get: (stageName: string) => Promise<Stage>;
  /** All of them. Throws ActionError. */
  readonly list: (call: Call) => Promise<readonly Stage[]>;
  readonly create: (stage: NewStage) => Promise<Stage>;
  readonly update: (stageName: string, writes: readonly StageWrite[]) => Promise<Stage>;
  readonly tag: (resourceArn: string, tags: Record<string, string>) => Promise<unknown>;
  readonly untag: (resourceArn: string, keys: string[]) => Promise<unknown>;
  /** The verb that IAM knows tagging by. */
  readonly tagVerb: "PUT" | "POST";
};

/** The stages of one API: when a request is sent again, and by what its effect is known. */
export const stagesWith = <Client>(session: Session<Client>, requests: StageRequests): Stages => {
  const { path, pacing, call } = session;
  const getStage = (stageName: string): Promise<Stage | undefined> =>
    read(call("GetStage", "GET", `${path}/stages/${stageName}`, `read stage ${stageName}`), pacing, () =>
      undefinedWhenMissing(requests.get(stageName)),
    );
  const stageWhere = async (stageName: string, isDone: (stage: Stage) => boolean): Promise<Stage | undefined> => {
    const stage = await getStage(stageName);
    return stage && isDone(stage) ? stage : undefined;
  };
  return {
    getStage,
    getStages: () => requests.list(call("GetStages", "GET", `${path}/stages`, "list the stages")),
    createStage: (stage) =>
      write(
        call("CreateStage", "POST", `${path}/stages`, `create stage ${stage.stageName}`),
        pacing,
        () => requests.create(stage),
        () => stageWhere(stage.stageName, ({ deploymentId }) => deploymentId === stage.deploymentId),
      ),
    updateStage: (stageName, writes, isDone) =>
      write(
        call("UpdateStage", "PATCH", `${path}/stages/${stageName}`, `update stage ${stageName}`),
        pacing,
        () => requests.update(stageName, writes),
        () => stageWhere(stageName, isDone),
      ),
    tagStage: (stageName, set, remove) => tagStage(session, requests, stageName, set, remove),
  };
};

/** Both requests are harmless when repeated. The removals go first, so that a key that is renamed never counts twice. */
const tagStage = async <Client>(
  { path, arnPrefix, pacing, call }: Session<Client>,
  { tag, untag, tagVerb }: Pick<StageRequests, "tag" | "untag" | "tagVerb">,
  stageName: string,
  set: Readonly<Record<string, string>>,
  remove: readonly string[],
): Promise<void> => {
  const resourceArn = `${arnPrefix}${path}/stages/${stageName}`;
  const resource = `/tags/${encodeURIComponent(resourceArn)}`;
  if (remove.length > 0) {
    const about = call("UntagResource", "DELETE", resource, `remove tags from stage ${stageName}`);
    await write(about, pacing, () => untag(resourceArn, [...remove]));
  }
  if (Object.keys(set).length > 0) {
    const about = call("TagResource", tagVerb, resource, `tag stage ${stageName}`);
    await write(about, pacing, () => tag(resourceArn, { ...set }));
  }
};
