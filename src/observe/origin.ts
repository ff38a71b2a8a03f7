import type { World } from "../domain/world.ts";
import { GitHubRefusal, isForbidden, reasonOf } from "../github/trouble.ts";
import type { DeployRequest } from "../inputs/request.ts";
import { checkedOutCommit } from "../runner/checkout.ts";
import { clientFor } from "./github-side.ts";
import type { Origin } from "./observed.ts";

/** What GitHub and the workspace tell of whose commit is deployed. Throws nothing. */
export const observeOrigin = async (request: DeployRequest, number: number, world: World): Promise<Origin> => {
  const checkedOut = checkedOutCommit(request.definition?.definition.file ?? "", world);
  const client = clientFor(request, world);
  if (client === undefined)
    return { told: { because: "there is no github-token", missing: false, refused: true }, checkedOut };
  try {
    const { pullRequestFacts } = await import(/* webpackChunkName: "story" */ "../github/pull-requests.ts");
    return { told: await pullRequestFacts(client, number), checkedOut };
  } catch (thrown) {
    const missing = thrown instanceof GitHubRefusal && thrown.errors.some(({ type }) => type === "NOT_FOUND");
    return { told: { because: reasonOf(thrown), missing, refused: missing || isForbidden(thrown) }, checkedOut };
  }
};
