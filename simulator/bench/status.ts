import { readFile } from "node:fs/promises";
import { seedRestApi } from "../gateway/world.ts";
import { dispatchEvent } from "../github/events.ts";
import { type SimulatorOptions, startSimulator } from "../simulator.ts";

export type StatusSize = {
  readonly stages: number;
  /** Different deployments that they serve. */
  readonly deployments: number;
  /** Whether the draft is compared with them. */
  readonly details: boolean;
};

export type StatusFigures = { readonly awsRequests: number; readonly githubRequests: number };

/** Operations that can change a draft; a lookup takes one. */
const CHANGING_OPERATIONS = 29;

/**
 * The API, its stages and its deployments; with details the draft, the quota (two), the usage plans, each deployment that is served, and
 * the audit events of each operation that changes a draft.
 */
export const statusRequestBudget = ({ deployments, details }: StatusSize): StatusFigures => ({
  awsRequests: 3 + (details ? 1 + 2 + 1 + deployments + CHANGING_OPERATIONS : 0),
  githubRequests: 1,
});

const apiId = "a1b2c3d4e5";

/** Tells the status once. Throws when that does not end as it should. */
export const measureStatus = async (
  actionPath: string,
  size: StatusSize,
  runner: Pick<SimulatorOptions, "runScript"> = {},
): Promise<StatusFigures> => {
  const simulator = await startSimulator({ ...runner, gateway: { rateLimits: false } });
  try {
    const { gateway, github, repository } = simulator;
    const api = seedRestApi(gateway.world, await readFile("simulator/demo/orders.yaml", "utf8"), { id: apiId });
    for (let count = 0; count < size.stages; count += 1) {
      const id = `dep${count % size.deployments}`;
      api.deployments.set(id, { id, createdDate: Date.now(), definition: api.draft });
      const dates = { createdDate: Date.now(), lastUpdatedDate: Date.now() };
      const stage = {
        stageName: `stage-${count}`,
        deploymentId: id,
        cacheClusterEnabled: false,
        tracingEnabled: false,
      };
      api.stages.set(stage.stageName, { ...stage, ...dates, methodSettings: {} });
    }
    const run = await simulator.runJob({
      event: dispatchEvent(repository, "alice"),
      actionPath,
      steps: [{ uses: "./", with: { command: "status", "rest-api-id": apiId, details: String(size.details) } }],
    });
    if (run.conclusion !== "success" || run.annotations.length > 0) {
      throw new Error(`A status that is measured ended with ${run.conclusion}:\n${run.log.join("\n")}`);
    }
    return { awsRequests: gateway.server.exchanges.length, githubRequests: github.server.exchanges.length };
  } finally {
    await simulator.close();
  }
};
