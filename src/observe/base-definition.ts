import type { Comparison } from "../domain/comparison.ts";
import type { Dialect } from "../domain/definition.ts";
import { MAXIMUM_DEFINITION_BYTES } from "../inputs/definition/syntax.ts";
import type { DeployRequest } from "../inputs/request.ts";
import type { GitHubSide } from "./github-side.ts";

type Request = Pick<DeployRequest, "run" | "pullRequest"> & {
  /** Whether the file is wanted as a contract, too. */
  readonly contracts?: boolean;
};

/**
 * The routes of the definition as it is at the pull request's base commit. A file that is neither there nor at the commit
 * that is deployed is none of the repository's, so nothing follows from its absence.
 */
export const observeBase = async (
  request: Request,
  { path, dialect }: { readonly path: string; readonly dialect: Dialect | undefined },
  github: GitHubSide,
): Promise<Comparison> => {
  const { client } = github;
  if (client === undefined) return unknown("There is no github-token to read the pull request's base commit with.");
  const commit = await baseCommitOf(request, github);
  if (commit === undefined) return unknown("There is no pull request whose base commit could be compared with.");
  const { readFileAtCommit } = await contents();
  const place = `${path} at base commit ${commit.slice(0, 7)}`;
  const file = await readFileAtCommit(client, { path, commit, limitBytes: MAXIMUM_DEFINITION_BYTES });
  switch (file.kind) {
    case "file": {
      const { needsOfFile } = await import(
        /* webpackChunkName: "definition" */ "../inputs/definition/needs-of-file.ts"
      );
      const routes = dialect && needsOfFile(file.bytes, path, dialect);
      if (routes === undefined) return unknown(`${place} is no definition that could be read.`);
      if (!request.contracts) return { kind: "routes", name: place, routes };
      const { contractOfFile } = await import(
        /* webpackChunkName: "definition" */ "../inputs/definition/contract-of-file.ts"
      );
      return { kind: "routes", name: place, routes, contract: contractOfFile(file.bytes, place) };
    }
    case "unreadable":
      return unknown(file.because);
    case "missing":
      return (await isCommitted(request, path, github))
        ? { kind: "nothing", because: `There is no ${place}: the file is new, or has another name there.` }
        : unknown(
            `The repository has no ${path}, neither at the base commit nor at the one that is deployed. For a file that is generated, or that stands elsewhere in the workspace than in the repository, name a stage in \`compare-with\`.`,
          );
  }
};

const contents = () => import(/* webpackChunkName: "story" */ "../github/contents.ts");

const unknown = (because: string): Comparison => ({ kind: "unknown", because });

/** The event tells it at once; for a pull request that was found otherwise, GitHub does. */
const baseCommitOf = async ({ run, pullRequest }: Request, { observed }: GitHubSide): Promise<string | undefined> => {
  const { event } = run;
  if (event.kind === "pull-request" && event.number === pullRequest && event.baseSha !== "") return event.baseSha;
  return (await observed).pullRequest?.baseCommit;
};

const isCommitted = async ({ run }: Request, path: string, { client }: GitHubSide): Promise<boolean> => {
  if (client === undefined) return false;
  const { readFileAtCommit } = await contents();
  const question = { path, commit: run.commit, limitBytes: MAXIMUM_DEFINITION_BYTES };
  return (await readFileAtCommit(client, question)).kind === "file";
};
