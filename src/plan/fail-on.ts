import type { BreakingChange, ContractComparison } from "../domain/contract.ts";
import { authorizationText, someOf } from "../domain/route.ts";
import type { FailOn } from "../inputs/fail-on.ts";
import { breakingRoutes } from "./routes/breaking.ts";
import type { RouteDiff } from "./routes/diff.ts";
import type { TakenAway } from "./taken-away.ts";

/** What `fail-on` can forbid. */
export type Judged = {
  readonly routes: RouteDiff | undefined;
  readonly takenAway: readonly TakenAway[];
  readonly contract?: ContractComparison | undefined;
};

/** Why the stage must not be pointed. */
export type FailOnRefusal = { readonly refused: "FAIL_ON"; readonly happened: string; readonly remedy: string };

/** The conditions that need something to compare the routes with. */
export const needsComparison = (failOn: readonly FailOn[]): boolean =>
  failOn.some((condition) => condition !== "settings-removed");

/** The refusal that `fail-on` asks for, or `undefined` when nothing that it names happens. */
export const refuseByFailOn = (
  { routes, takenAway, contract }: Judged,
  failOn: readonly FailOn[],
): FailOnRefusal | undefined => {
  const removed = routes?.removed.map(({ route }) => route) ?? [];
  const weakened = routes?.authWeakened.map(
    ({ route, before, after }) => `${route} (${authorizationText(before)} → ${authorizationText(after)})`,
  );
  const found: Readonly<Record<FailOn, readonly string[]>> = {
    "auth-weakened": finding("weaker authorization", weakened ?? []),
    "route-removed": finding("routes that callers lose", removed),
    "settings-removed": takenAway.map(({ what }) => `the import ${what}.`),
    breaking: breakingTexts(routes, contract),
  };
  const findings = failOn.flatMap((condition) => found[condition].map((text) => `  ${condition}: ${text}`));
  if (findings.length === 0) return undefined;
  return {
    refused: "FAIL_ON",
    happened: ["fail-on stops this deployment:", ...findings].join("\n"),
    remedy:
      "If this is wanted, run once with a `fail-on` that does not name it. If not, correct the definition (or the draft) and run again.",
  };
};

const finding = (what: string, routes: readonly string[]): readonly string[] =>
  routes.length === 0 ? [] : [`${what}: ${someOf(routes)}.`];

/** Changes that are named one by one. */
const SHOWN = 10;

/** I8: what could not be compared is not passed. */
const breakingTexts = (routes: RouteDiff | undefined, contract: ContractComparison | undefined): readonly string[] => {
  const { changes, notCompared } = contract?.kind === "compared" ? contract : { changes: [], notCompared: [] };
  const texts = [
    ...[...(routes === undefined ? [] : breakingRoutes(routes)), ...changes].map(changeText),
    ...notCompared.map((one) => `not known whether it breaks callers: ${changeText(one)}`),
  ];
  return texts.length <= SHOWN ? texts : [...texts.slice(0, SHOWN), `and ${texts.length - SHOWN} more.`];
};

const changeText = ({ route, what }: BreakingChange): string => `${route}: ${what}.`;
