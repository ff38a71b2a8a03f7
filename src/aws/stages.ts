import type { Stage } from "../domain/stage.ts";
import type { StageWrite } from "../domain/stage-write.ts";
import { asAsked } from "./as-asked.ts";
import type { NewStage, Stages } from "./gateway.ts";
import { read, write } from "./retry.ts";
import { type Session, undefinedWhenMissing } from "./session.ts";
import { type Call, translate } from "./translate.ts";
import { UnreadableAnswer } from "./unreadable-answer.ts";

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
  const list = call("GetStages", "GET", `${path}/stages`, "list the stages");
  const getStage = (stageName: string): Promise<Stage | undefined> =>
    read(call("GetStage", "GET", `${path}/stages/${stageName}`, `read stage ${stageName}`), pacing, () =>
      undefinedWhenMissing(requests.get(stageName).then(namedAs(stageName))),
    );
  const stageWhere = async (stageName: string, isDone: (stage: Stage) => boolean): Promise<Stage | undefined> => {
    const stage = await getStage(stageName);
    return stage && isDone(stage) ? stage : undefined;
  };
  return {
    getStage,
    getStages: async () => withoutRepetition(await requests.list(list), list),
    createStage: (stage) =>
      write(
        call("CreateStage", "POST", `${path}/stages`, `create stage ${stage.stageName}`),
        pacing,
        () => requests.create(stage).then(namedAs(stage.stageName)),
        () => stageWhere(stage.stageName, ({ deploymentId }) => deploymentId === stage.deploymentId),
      ),
    updateStage: (stageName, writes, isDone) =>
      write(
        call("UpdateStage", "PATCH", `${path}/stages/${stageName}`, `update stage ${stageName}`),
        pacing,
        () => requests.update(stageName, writes).then(namedAs(stageName)),
        () => stageWhere(stageName, isDone),
      ),
    tagStage: (stageName, set, remove) => tagStage(session, requests, stageName, set, remove),
  };
};

/** Throws UnreadableAnswer for an answer about another stage. */
export const namedAs = (stageName: string) => asAsked<Stage>("stage", stageName, ({ name }) => name);

/** A stage that moves from one page to the next is on both; one that is told in two ways is not known. */
const withoutRepetition = (stages: readonly Stage[], list: Call): readonly Stage[] => {
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  if (stages.some(({ name, deploymentId }) => byName.get(name)?.deploymentId !== deploymentId))
    throw translate(new UnreadableAnswer("The list tells of a stage in two ways."), list);
  return [...byName.values()];
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
