import type { MemberPath } from "../read-routes.ts";

/** Something that an HTTP API takes otherwise than it is written. */
export type HttpFinding = {
  readonly at: MemberPath;
  readonly message: string;
  /**
   * `refused`: nothing can come of it. `warned by the import`: documented as one of its warnings, so `fail-on-warnings`
   * decides. `warned`: it is left out without a word, or nobody says what comes of it.
   */
  readonly weight: "refused" | "warned by the import" | "warned";
};

export const refused = (at: MemberPath, message: string): HttpFinding => ({ at, message, weight: "refused" });

export const warnedByImport = (at: MemberPath, message: string): HttpFinding => ({
  at,
  message,
  weight: "warned by the import",
});

export const warned = (at: MemberPath, message: string): HttpFinding => ({ at, message, weight: "warned" });
