/** What a status description of ours says that a stage serves. */
export type ServedByStatus = {
  readonly stageName: string;
  readonly deploymentId: string;
  /** Whether the stage was rolled back to it. */
  readonly rollback: boolean;
};

export const SERVES =
  /^(Rolled back: s|S)tage ([A-Za-z0-9_$-]{1,128}) serves deployment ([a-z0-9]{1,64})(?: again)?(?: \(.*)?$/;

/** The description of a record that succeeded. `where`: how to get there, beside the record's link; empty: no other way. */
export const describeServed = ({ stageName, deploymentId, rollback }: ServedByStatus, where = ""): string =>
  `${rollback ? "Rolled back: s" : "S"}tage ${stageName} serves deployment ${deploymentId}${where === "" ? "" : ` (${where})`}`;

/** The description of an earlier record whose deployment the stage serves once more. */
export const describeServedAgain = (stageName: string, deploymentId: string): string =>
  `Stage ${stageName} serves deployment ${deploymentId} again`;

/** Reads what the two above have written; `undefined` for any other description. */
export const servedByDescription = (description: string): ServedByStatus | undefined => {
  const [, start, stageName, deploymentId] = SERVES.exec(description) ?? [];
  if (stageName === undefined || deploymentId === undefined) return undefined;
  return { stageName, deploymentId, rollback: start !== "S" };
};
