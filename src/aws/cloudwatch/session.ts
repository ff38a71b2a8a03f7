import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { Pacing } from "../retry.ts";
import type { Call } from "../translate.ts";

/** What every request to CloudWatch needs. */
export type CloudWatchSession = {
  readonly client: CloudWatchClient;
  readonly pacing: Pacing;
  readonly readOptions: { readonly abortSignal: AbortSignal };
  /** Describes a request; `doing` names what is read whole. */
  readonly call: (operation: string, doing: string) => Call;
};
