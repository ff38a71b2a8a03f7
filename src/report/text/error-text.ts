import { type ActionError, docsAnchor } from "../../domain/errors.ts";

/** An error as the log shows it: what was being done, what happened, what state things are in, what to do. */
export const errorText = (error: ActionError, actionUrl: string): string => {
  const docs = docsAnchor(error.code);
  return [
    `Could not ${error.doing}.`,
    error.happened,
    ...(error.state === undefined ? [] : [`State: ${error.state}`]),
    `What to do: ${error.remedy}`,
    `More: ${actionUrl === "" ? docs : `${actionUrl}/${docs}`} (${error.code})`,
  ].join("\n");
};
