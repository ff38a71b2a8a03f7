import type { Event } from "./event.ts";

/** The workflow run that this is, and the commit it is about. */
export type Run = {
  readonly repository: { readonly owner: string; readonly name: string; readonly id: string };
  /** GITHUB_REPOSITORY_OWNER_ID. */
  readonly ownerId: string;
  readonly runId: string;
  readonly attempt: number;
  /** The commit that people mean: a pull request's head, else GITHUB_SHA. */
  readonly commit: string;
  /** GITHUB_REF, for people. */
  readonly ref: string;
  /** GITHUB_JOB and GITHUB_ACTION: tell the steps of one run apart. */
  readonly job: string;
  readonly step: string;
  readonly actor: string;
  readonly event: Event;
  /** Without a trailing slash. */
  readonly serverUrl: string;
  readonly apiUrl: string;
  /** Where the action's own files can be read at the release in use; empty for an action in the workflow's repository. */
  readonly actionUrl: string;
  /** Random, new in each process: tells this process's writes from all others. */
  readonly nonce: string;
};
