import * as z from "zod/mini";
import { checked } from "./answers/checked.ts";
import type { GitHubClient } from "./client.ts";
import { repeatable } from "./retry.ts";

const repository = z.object({ id: z.int().check(z.positive()) });

/** The repository's number, which no renaming changes. Throws GitHubTrouble. */
export const repositoryId = async (client: GitHubClient): Promise<string> =>
  String(checked(repository, await repeatable(client, () => client.rest("GET ")), "a repository").id);
