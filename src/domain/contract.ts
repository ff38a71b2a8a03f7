/** What callers are promised: an OpenAPI 3.0 or Swagger 2.0 document. */
export type Contract = {
  /** As JSON would hold it. Nothing else is known of it: it is somebody's file, or the service's answer. */
  readonly document: unknown;
  /**
   * `export`: API Gateway has written it, which keeps of a parameter no more than its name and whether it must be there, and
   * calls every request body required (recorded exports; API reference, Method: `requestParameters`).
   */
  readonly from: "file" | "export";
};

/**
 * One that was looked for; `name` is for people (`stage prod`). `because`: why there is none, in whole sentences; `routesAlone`:
 * why it says nothing of parameters and bodies, where it does not.
 */
export type FoundContract =
  | (Contract & { readonly name: string; readonly routesAlone?: string | undefined })
  | { readonly because: string };

/** What callers lose, or must bring. `what` goes on from the route: "query parameter limit is required now". */
export type BreakingChange = { readonly route: string; readonly what: string };

/** What a comparison of two contracts has found. */
export type ContractDiff = {
  readonly changes: readonly BreakingChange[];
  /** Pieces that differ, and of which nobody can say here whether callers notice. */
  readonly notCompared: readonly BreakingChange[];
};

/** Whether parameters and bodies change so that callers break. */
export type ContractComparison =
  /** `before`, `after`: what was held against what, for people (`stage prod`, `openapi.yml`). */
  | ({ readonly kind: "compared"; readonly before: string; readonly after: string } & ContractDiff)
  /** There is nothing yet that could break. `because`: whole sentences, as below. */
  | { readonly kind: "nothing"; readonly because: string }
  /** One of the two is not known. */
  | { readonly kind: "unknown"; readonly because: string };
