import { ALL_ROUTES, type MethodSettings } from "../../domain/stage-settings.ts";
import type { Declared } from "../../inputs/settings/resolve.ts";
import { joinPatches, noPatch, type Patch, type SettingChange } from "./change.ts";
import {
  type MethodLeaf,
  type MethodValue,
  type MethodWish,
  methodLeaves,
  serviceDefaults,
  shownValue,
  valueIn,
} from "./method-leaves.ts";

type Entries = Readonly<Record<string, MethodSettings>>;

/** What is wanted of one route: its own settings, begun afresh or not, or none (a declared null). */
export type RouteWish = Declared<null> | (MethodWish & { readonly afresh?: boolean });

export type MethodPlan = Patch & { readonly warnings: readonly string[] };

/**
 * The method settings of a stage: first those of all routes, then the routes' own, because the service makes a new entry
 * of a route from what the entry of all routes is at that point (recorded behaviour). Where it does not, the entry is
 * written whole, so that all kinds of APIs mean the same.
 */
export const planMethodSettings = (
  all: MethodWish,
  routes: Readonly<Record<string, RouteWish>>,
  current: Entries,
  copied: boolean,
): MethodPlan => {
  const before = current[ALL_ROUTES] ?? serviceDefaults;
  const wanted = declaredIn(all);
  const ofAll = patchEntry(ALL_ROUTES, "", wanted, before);
  const ground: Ground = { before, after: withDeclared(before, wanted), copied };
  const ofRoutes = Object.entries(routes).map(([route, wish]) =>
    planRoute(route, wish, entryOf(current, route), ground),
  );
  return { ...joinPatches(ofAll, ...ofRoutes), warnings: keptValues(ofAll.changes, wanted, routes, current) };
};

/** What holds for a route without an entry, before and after the entry of all routes is patched. */
type Ground = { readonly before: MethodSettings; readonly after: MethodSettings; readonly copied: boolean };

type DeclaredLeaf = { readonly leaf: MethodLeaf; readonly value: MethodValue; readonly source: string };

const declaredIn = (wish: MethodWish): readonly DeclaredLeaf[] =>
  methodLeaves.flatMap((leaf) => {
    const declared = leaf.declared(wish);
    return declared === undefined ? [] : [{ leaf, ...declared }];
  });

const withDeclared = (entry: MethodSettings, wanted: readonly DeclaredLeaf[]): MethodSettings => ({
  ...entry,
  ...Object.fromEntries(wanted.map(({ leaf, value }) => [leaf.member, value])),
});

const entryOf = (entries: Entries, route: string): MethodSettings | undefined =>
  Object.hasOwn(entries, route) ? entries[route] : undefined;

const isNone = (wish: RouteWish): wish is Declared<null> => "value" in wish;

const planRoute = (route: string, wish: RouteWish, entry: MethodSettings | undefined, ground: Ground): Patch => {
  if (isNone(wish)) return entry === undefined ? noPatch : removeEntry(route, wish.source);
  const wanted = declaredIn(wish);
  if (entry === undefined) return startEntry(route, wanted, ground);
  return wish.afresh ? renewEntry(route, wanted, entry, ground) : patchEntry(route, `${route}: `, wanted, entry);
};

const removeEntry = (route: string, source: string): Patch => ({
  changes: [{ setting: `routes.${route}`, from: "settings of its own", to: undefined, source }],
  writes: [{ kind: "route-reset", route }],
});

/** Replaces the leaves in which an entry differs from what is wanted; `from` says what is shown as the value so far. */
const patchEntry = (
  route: string,
  label: string,
  wanted: readonly DeclaredLeaf[],
  entry: MethodSettings,
  from = ({ leaf }: DeclaredLeaf): string => shownValue(entry, leaf),
): Patch => {
  const different = wanted.filter(({ leaf, value }) => valueIn(entry, leaf) !== value);
  return {
    changes: different.map((declared) => ({
      setting: `${label}${declared.leaf.setting}`,
      from: from(declared),
      to: String(declared.value),
      source: declared.source,
    })),
    writes: different.map(({ leaf, value }) => ({ kind: "route-setting", route, member: leaf.member, value })),
  };
};

/**
 * An entry that does not exist yet: only what differs from what it will begin with is written. So far the route has what
 * all routes have, and where that alone is about to change, the route's own entry is what keeps its value.
 */
const startEntry = (route: string, wanted: readonly DeclaredLeaf[], ground: Ground): Patch => {
  const { changes, writes } = patchEntry(route, `${route}: `, wanted, ground.after, ({ leaf, value }) => {
    const from = shownValue(ground.before, leaf);
    return from === String(value) ? `${from}, as all routes` : from;
  });
  return { changes, writes: [...copyFor(route, writes, ground), ...writes] };
};

/** Before those writes of a route that has no settings of its own: what a service that copies it begins with. */
const copyFor = (route: string, writes: Patch["writes"], { after, copied }: Ground): Patch["writes"] =>
  copied || writes.length === 0
    ? []
    : methodLeaves.flatMap((leaf) => {
        const value = valueIn(after, leaf);
        const isWritten = writes.some((write) => write.kind === "route-setting" && write.member === leaf.member);
        if (value === undefined || value === valueIn(serviceDefaults, leaf) || isWritten) return [];
        return [{ kind: "route-setting", route, member: leaf.member, value }];
      });

/**
 * An entry that is to be as if it were new. It is made anew only for a difference that is sure: limits of the account
 * are not known, and would have it made anew each time.
 */
const renewEntry = (route: string, wanted: readonly DeclaredLeaf[], entry: MethodSettings, ground: Ground): Patch => {
  const { after } = ground;
  const target = withDeclared(after, wanted);
  const different = methodLeaves.filter((leaf) => valueIn(target, leaf) !== valueIn(entry, leaf));
  if (different.every((leaf) => valueIn(target, leaf) === undefined)) return noPatch;
  const { writes } = patchEntry(route, "", wanted, after);
  return {
    changes: different.map((leaf) => ({
      setting: `${route}: ${leaf.setting}`,
      from: shownValue(entry, leaf),
      to: shownValue(target, leaf),
      source: wanted.find((declared) => declared.leaf === leaf)?.source ?? "all routes",
    })),
    writes: [{ kind: "route-reset", route }, ...copyFor(route, writes, ground), ...writes],
  };
};

/** Entries that routes have of their own do not follow a change for all routes (recorded behaviour): says where. */
const keptValues = (
  changes: readonly SettingChange[],
  wanted: readonly DeclaredLeaf[],
  routes: Readonly<Record<string, RouteWish>>,
  current: Entries,
): string[] => {
  const changed = wanted.filter(({ leaf }) => changes.some(({ setting }) => setting === leaf.setting));
  return Object.entries(current).flatMap(([route, entry]) => {
    const wish = Object.hasOwn(routes, route) ? routes[route] : undefined;
    if (route === ALL_ROUTES || (wish !== undefined && (isNone(wish) || wish.afresh))) return [];
    const kept = changed.filter(
      ({ leaf, value }) => valueIn(entry, leaf) !== value && (wish === undefined || leaf.declared(wish) === undefined),
    );
    if (kept.length === 0) return [];
    const values = kept.map(({ leaf }) => `${leaf.setting} ${shownValue(entry, leaf)}`).join(", ");
    return [
      `${route} has settings of its own on this stage and keeps ${values}. Declare it under routes, or write null for the route to have it follow all routes.`,
    ];
  });
};
