import * as z from "zod/mini";
import { checked, given, text } from "../checked.ts";

/** What the answers of CloudWatch Logs must look like. */

const SERVICE = "CloudWatch Logs";

const started = z.object({ queryId: given });

/** Of StartQuery. */
export const queryIdOf = (answer: unknown): string => checked(started, answer, SERVICE).queryId;

const results = z
  .object({
    status: given,
    results: z.optional(z.array(z.array(z.object({ field: z.optional(text), value: z.optional(text) })))),
  })
  .check(z.refine((answer) => answer.status !== "Complete" || answer.results !== undefined, { path: ["results"] }));

export type QueryResults = {
  /** `Scheduled`, `Running` (what is there then is not all), `Complete`, `Failed`, `Cancelled`, `Timeout`, `Unknown`. */
  readonly status: string;
  /** Values by field; a field without a value is absent. */
  readonly rows: readonly Readonly<Record<string, string>>[];
};

/** Of GetQueryResults. */
export const queryResultsOf = (answer: unknown): QueryResults => {
  const { status, results: rows = [] } = checked(results, answer, SERVICE);
  return {
    status,
    rows: rows.map((row) =>
      Object.fromEntries(
        row.flatMap(({ field, value }) =>
          field === undefined || value === undefined ? [] : [[field, value] as const],
        ),
      ),
    ),
  };
};
