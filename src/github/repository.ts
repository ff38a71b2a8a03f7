import * as z from "zod";
import { checked } from "./answers/checked.ts";
import type { GitHubClient } from "./client.ts";
import { repeatable } from "./retry.ts";

const repository = z.object({ id: z.number().int().positive() });

/** The repository's number, which no renaming changes. Throws GitHubTrouble. */
export const repositoryId = async (client: GitHubClient): Promise<string> =>
  String(checked(repository, await repeatable(client, () => client.rest("GET ")), "a repository").id);
