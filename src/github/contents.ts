import { readBlob, readContent } from "./answers/contents.ts";
import type { GitHubClient } from "./client.ts";
import { repeatable } from "./retry.ts";
import { explainTrouble, GitHubRefusal } from "./trouble.ts";

export type FileQuestion = {
  /** From the root of the repository, with `/` between its parts. */
  readonly path: string;
  readonly commit: string;
  readonly limitBytes: number;
};

/** `because` is a sentence. */
export type FileAtCommit =
  | { readonly kind: "file"; readonly bytes: Buffer }
  /** The commit is there, and has no such file. */
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly because: string };

/** A file as it is at a commit; needs `contents: read`. Throws nothing. */
export const readFileAtCommit = async (client: GitHubClient, question: FileQuestion): Promise<FileAtCommit> => {
  try {
    return await read(client, question);
  } catch (thrown) {
    const doing = `read ${question.path} at commit ${question.commit.slice(0, 7)}`;
    return { kind: "unreadable", because: explainTrouble(thrown, doing, "contents: read") };
  }
};

const read = async (client: GitHubClient, question: FileQuestion): Promise<FileAtCommit> => {
  const { path, commit, limitBytes } = question;
  let answer: unknown;
  try {
    answer = await repeatable(client, () => client.rest("GET /contents/{path}", { path, ref: commit }));
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal) || thrown.status !== 404) throw thrown;
    // What the token may not read is not found, either. The commit's own answer proves that it may.
    await repeatable(client, () => client.rest("GET /git/commits/{commit_sha}", { commit_sha: commit }));
    return { kind: "missing" };
  }
  const content = readContent(answer);
  const where = `${path} at commit ${commit.slice(0, 7)}`;
  if (content.kind === "other") return { kind: "unreadable", because: `${where} is no file: ${content.because}.` };
  if (content.size > limitBytes)
    return {
      kind: "unreadable",
      because: `${where} has ${content.size} bytes; at most ${limitBytes} are read.`,
    };
  const bytes =
    content.bytes ??
    readBlob(await repeatable(client, () => client.rest("GET /git/blobs/{file_sha}", { file_sha: content.sha })));
  return { kind: "file", bytes };
};
