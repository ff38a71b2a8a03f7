import { standingOf } from "../domain/github-record.ts";
import type { World } from "../domain/world.ts";
import { connectGitHub, connectionIn } from "../github/client.ts";
import { addStatus, currentState, findRecord } from "../github/records.ts";
import { explainTrouble } from "../github/trouble.ts";
import { readRun } from "../inputs/run.ts";
import { readEventFile } from "../runner/event-file.ts";
import { runnerInputs } from "../runner/inputs.ts";
import { type Ending, loadOpenRecord } from "./open-record.ts";

/** A record without a status was opened, and no more. */
const isOpen = (state: string | undefined): boolean => state === undefined || standingOf(state) === "under-way";

const BROKEN_OFF: Ending = {
  state: "failure",
  description: "The run ended before the deployment was finished",
  environmentUrl: "",
};

/** The post step: closes the record that main could not close because it was ended from outside. Starts nothing new. */
export const closeLeftOpen = async (world: World): Promise<void> => {
  const { log } = world;
  const open = loadOpenRecord();
  const token = runnerInputs("github-token");
  if (open === undefined || token === "") return;
  const { repository, apiUrl } = readRun(world.environment, readEventFile(world).payload, "");
  const { record, ending = BROKEN_OFF, told } = open;
  try {
    const client = connectGitHub({ token, apiUrl, repository, ...connectionIn(world) });
    const id = open.id ?? (await findRecord(client, record.sha, record.environment, record.payload.nonce));
    if (id === undefined || !isOpen(await currentState(client, id))) return;
    await addStatus(client, id, {
      ...ending,
      logUrl: open.logUrl,
      autoInactive: !record.transient,
    });
    log.info(`Closed the GitHub deployment of stage ${record.payload.stageName}, which the main step had left open.`);
  } catch (thrown) {
    const trouble = explainTrouble(
      thrown,
      "close the GitHub deployment that the main step left open",
      "deployments: write",
    );
    if (told) log.info(trouble);
    else log.warning(trouble);
  }
};
