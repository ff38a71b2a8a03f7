import { dispatchEvent } from "../github/events.ts";
import type { Chapter } from "./story.ts";

/** States that nothing follows on. */
const ENDED = ["success", "inactive", "failure"];

/** What there is in the end: stages, as the action itself tells them, and GitHub's records of deployments. */
export const ending: Chapter = async (story) => {
  const { simulator, api, terminal, expect } = story;
  const { repository } = simulator;
  terminal.heading("In the end, command: status tells how things are");
  terminal.paragraph(
    "An account answers two questions a second about its audit trail, so this takes a quarter of a minute.",
  );
  const before = simulator.gateway.server.exchanges.length;
  const run = await story.deploy({ event: dispatchEvent(repository, "alice") }, { command: "status" });
  const { status, result } = run.steps[0]?.outputs ?? {};
  const asked = simulator.gateway.server.exchanges.slice(before);
  expect("The status is told", result === "reported");
  expect("It tells of every stage", JSON.parse(status ?? "{}").restApis?.[0]?.stages?.length === api.stages.size);
  expect(
    "It writes nothing",
    asked.every(({ operation }) => /^(?:Get|Lookup)/.test(operation)),
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
