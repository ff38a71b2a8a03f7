import {
  CreateStageCommand,
  DeleteAccessLogSettingsCommand,
  DeleteRouteSettingsCommand,
  GetStageCommand,
  GetStagesCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import { ActionError } from "../../domain/errors.ts";
import type { Stage } from "../../domain/stage.ts";
import type { StageWrite } from "../../domain/stage-write.ts";
import type { Stages } from "../gateway.ts";
import { readPages } from "../pages.ts";
import { write } from "../retry.ts";
import { undefinedWhenMissing } from "../session.ts";
import { stagesWith } from "../stages.ts";
import { stageOf, stagesPage } from "./answers.ts";
import { type Deletion, isDeletion, mergeOf } from "./merges.ts";
import { PAGE_SIZE, type Session } from "./session.ts";

/** The stages of one HTTP or WebSocket API. */
export const stagesOf = (session: Session): Stages => {
  const { client, restApiId: ApiId, pacing, readOptions } = session;
  const stages = stagesWith(session, {
    get: (StageName) => client.send(new GetStageCommand({ ApiId, StageName }), readOptions).then(stageOf),
    list: (call) =>
      readPages(call, pacing, (NextToken) =>
        client.send(new GetStagesCommand({ ApiId, NextToken, MaxResults: PAGE_SIZE }), readOptions).then(stagesPage),
      ),
    create: ({ stageName, deploymentId, tags, writes }) => {
      const names = { ApiId, StageName: stageName, DeploymentId: deploymentId, Tags: { ...tags } };
      return client.send(new CreateStageCommand({ ...names, ...mergeOf(writes) })).then(stageOf);
    },
    update: (StageName, writes) =>
      client.send(new UpdateStageCommand({ ApiId, StageName, ...mergeOf(writes) })).then(stageOf),
    tag: (ResourceArn, Tags) => client.send(new TagResourceCommand({ ResourceArn, Tags })),
    untag: (ResourceArn, TagKeys) => client.send(new UntagResourceCommand({ ResourceArn, TagKeys })),
    tagVerb: "POST",
  });
  return { ...stages, updateStage: (name, writes, isDone) => updateStage(session, stages, name, writes, isDone) };
};

/** What is deleted goes first, a request each; all else is one merge, which points the stage, too. */
const updateStage = async (
  session: Session,
  stages: Stages,
  stageName: string,
  writes: readonly StageWrite[],
  isDone: (stage: Stage) => boolean,
): Promise<Stage> => {
  for (const deletion of writes.filter(isDeletion)) await remove(session, stageName, deletion);
  const rest = writes.filter((one) => !isDeletion(one));
  if (rest.length > 0) return stages.updateStage(stageName, await wholeLog(rest, stageName, stages), isDone);
  const stage = await stages.getStage(stageName);
  if (stage !== undefined) return stage;
  throw new ActionError({
    code: "STAGE_CHANGED",
    doing: `update stage ${stageName}`,
    happened: "It was deleted meanwhile.",
    acted: "yes",
  });
};

/** What is gone already is what was wanted. */
const remove = (
  { client, restApiId: ApiId, path, pacing, call }: Session,
  StageName: string,
  deletion: Deletion,
): Promise<unknown> => {
  const stage = `${path}/stages/${StageName}`;
  if (deletion.kind === "no-access-log") {
    const about = call(
      "DeleteAccessLogSettings",
      "DELETE",
      `${stage}/accesslogsettings`,
      `end the access log of stage ${StageName}`,
    );
    const send = () => client.send(new DeleteAccessLogSettingsCommand({ ApiId, StageName }));
    return write(about, pacing, () => undefinedWhenMissing(send()));
  }
  const { route: RouteKey } = deletion;
  const resource = `${stage}/routesettings/${encodeURIComponent(RouteKey)}`;
  const about = call(
    "DeleteRouteSettings",
    "DELETE",
    resource,
    `remove the settings of ${RouteKey} from stage ${StageName}`,
  );
  const send = () => client.send(new DeleteRouteSettingsCommand({ ApiId, StageName, RouteKey }));
  return write(about, pacing, () => undefinedWhenMissing(send()));
};

/**
 * Whether half of an access log's settings keeps the other half is not documented: both are sent, the other as the stage
 * has it.
 */
const wholeLog = async (
  writes: readonly StageWrite[],
  stageName: string,
  { getStage }: Stages,
): Promise<readonly StageWrite[]> => {
  const given = writes.filter((one) => one.kind === "access-log");
  if (given.length !== 1) return writes;
  const log = (await getStage(stageName))?.settings.accessLog;
  const member = given[0]?.member === "format" ? "destinationArn" : "format";
  const value = log?.[member];
  return value === undefined ? writes : [{ kind: "access-log", member, value }, ...writes];
};
