import { NOTHING_OBSERVED } from "../../src/github/observe.ts";
import type { GitHubSide } from "../../src/observe/github-side.ts";
import { inPreview } from "../requests.ts";

/** What a run has without a token. */
export const withoutGitHub: GitHubSide = {
  client: undefined,
  observed: Promise.resolve(NOTHING_OBSERVED),
  environments: Promise.resolve(inPreview),
};
