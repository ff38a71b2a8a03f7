import type { Stage } from "../gateway/model.ts";
import type { Repository } from "../github/model.ts";
import { fullName } from "../github/world.ts";
import type { Chapter } from "./story.ts";

/** States that nothing follows on. */
const ENDED = ["success", "inactive", "failure"];

/** What there is in the end: stages, and GitHub's records of deployments. */
export const ending: Chapter = async ({ simulator: { repository }, api, terminal, expect }) => {
  terminal.heading("In the end");
  const stages = [...api.stages.values()];
  terminal.table(
    ["Stage", "Deployment", "Owner"],
    stages.map((stage) => [stage.stageName, stage.deploymentId, ownerOf(stage, repository)]),
  );
  terminal.paragraph("");
  const records = [...repository.deployments.values()].map(({ environment, statuses }) => {
    const last = statuses.at(-1);
    return [environment, last?.state ?? "pending", last?.environmentUrl || "–"] as const;
  });
  terminal.table(["Environment", "State", "URL"], records);
  const open = records.filter(([, state]) => !ENDED.includes(state));
  expect("Every record has ended", open.length === 0);
};

/** By the tag that the action gives the stages that it makes. */
const ownerOf = ({ tags }: Stage, repository: Repository): string => {
  const tag = tags?.["apigw-stage-action"];
  if (tag === undefined) return "not tagged by the action";
  const [, id, pullRequest] = /^repository=(\d+)(?:\/pull-request=(\d+))?\//.exec(tag) ?? [];
  const name = id === String(repository.id) ? fullName(repository) : `repository ${id}`;
  return pullRequest === undefined ? name : `${name}, pull request #${pullRequest}`;
};
