import type { ErrorPlace } from "../../domain/errors.ts";
import type { SettingsFile, StageLayer } from "./schema.ts";
import { looksSecret, MASK } from "./secret-names.ts";

export type Place = Omit<ErrorPlace, "message">;

/** Where in the settings file the name at the end of a path stands: `stages`, `prod`, `tracing`. */
export type PlaceOf = (path: readonly string[]) => Place;

/**
 * A value with where it was declared: `defaults`, `stages.prod`, `stages.pr-*` or `settings` (the input); and with the line,
 * where that is known.
 */
export type Declared<T> = { readonly value: T; readonly source: string; readonly place?: Place };

/** For people: `stages.prod, line 12`. */
export const declaredIn = ({ source, place }: Omit<Declared<unknown>, "value">): string =>
  place?.line === undefined ? source : `${source}, line ${place.line}`;

/**
 * The shape of settings with every leaf declared somewhere; a list is one leaf. A route whose own settings are to go is a
 * declared null.
 */
export type Sourced<T> = T extends string | number | boolean | null | readonly unknown[]
  ? Declared<T>
  : T extends object
    ? { readonly [K in keyof T]: Sourced<T[K]> }
    : T;

/** What is declared for one stage, after all layers. What is absent is not to be touched. */
export type StageWish = Sourced<StageLayer> & {
  /** Routes that a layer removes and a layer above declares anew: their entries begin afresh. */
  readonly resetRoutes?: ReadonlySet<string>;
};

type Layer = { readonly source: string; readonly settings: StageLayer; readonly path: readonly string[] };

/**
 * The settings of one stage: `defaults`, then the patterns that match its name (in the order of their letters' number, so
 * that the most specific wins; of two alike the later in the file), then its exact name, then the `settings` input. Maps
 * are merged leaf by leaf; a list replaces the one below. `null` takes away what the layers below declared and stays as the wish to remove it.
 */
export const resolveSettings = (
  stageName: string,
  file: SettingsFile | undefined,
  inline: StageLayer | undefined,
  placeOf?: PlaceOf,
): StageWish => {
  const layers = layersOf(stageName, file, inline);
  const merged = layers.reduce<SourcedMap>((lower, { source, settings, path }) => {
    const ofFile = settings === inline ? undefined : placeOf;
    return merge(lower, settings, path, (at) => (ofFile === undefined ? { source } : { source, place: ofFile(at) }));
  }, {});
  const wish = merged as Sourced<StageLayer>;
  const reset = Object.entries(wish.routes ?? {}).flatMap(([route, settings]) =>
    !isDeclared(settings) && layers.some((layer) => ownMember(layer.settings.routes ?? {}, route) === null)
      ? [route]
      : [],
  );
  return reset.length === 0 ? wish : { ...wish, resetRoutes: new Set(reset) };
};

const layersOf = (stageName: string, file: SettingsFile | undefined, inline: StageLayer | undefined): Layer[] => {
  const stages = Object.entries(file?.stages ?? {});
  const layer = ([name, settings]: [string, StageLayer]): Layer => ({
    source: `stages.${name}`,
    settings,
    path: ["stages", name],
  });
  const patterns = stages
    .filter(([name]) => name.includes("*") && matchesPattern(name, stageName))
    .sort(([one], [other]) => literalLength(one) - literalLength(other));
  return [
    ...(file?.defaults === undefined ? [] : [{ source: "defaults", settings: file.defaults, path: ["defaults"] }]),
    ...patterns.map(layer),
    ...stages.filter(([name]) => name === stageName).map(layer),
    ...(inline === undefined ? [] : [{ source: "settings", settings: inline, path: [] }]),
  ];
};

const literalLength = (pattern: string): number => pattern.replaceAll("*", "").length;

/** Whether a name matches a pattern in which `*` stands for any characters, none too. */
export const matchesPattern = (pattern: string, name: string): boolean => {
  const [head = "", ...rest] = pattern.split("*");
  const tail = rest.pop();
  if (tail === undefined) return pattern === name;
  if (name.length < head.length + tail.length || !name.startsWith(head) || !name.endsWith(tail)) return false;
  // Taking each part at its first place leaves the most room for those after it.
  const end = name.length - tail.length;
  let at = head.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
};

type SourcedMap = { readonly [name: string]: SourcedMap | Declared<unknown> };

/** Told apart from a map by its members: no map of settings has a `source`. */
const isDeclared = (node: object | undefined): node is Declared<unknown> =>
  node !== undefined && "source" in node && typeof node.source === "string";

const ownMember = (map: object, name: string): unknown =>
  Object.hasOwn(map, name) ? Reflect.get(map, name) : undefined;

const merge = (
  lower: SourcedMap,
  layer: object,
  path: readonly string[],
  origin: (path: readonly string[]) => Omit<Declared<unknown>, "value">,
): SourcedMap => {
  const members = new Map(Object.entries(lower));
  for (const [name, value] of Object.entries(layer)) {
    const below = members.get(name);
    const own = [...path, name];
    if (value === undefined) continue;
    if (typeof value !== "object" || value === null || Array.isArray(value))
      members.set(name, { value, ...origin(own) });
    else members.set(name, merge(below === undefined || isDeclared(below) ? {} : below, value, own, origin));
  }
  return Object.fromEntries(members);
};

/** One declared leaf, for people: `caching.ttl`, `variables.alias`, `routes.GET /pets.throttling.rate`. */
export type DeclaredLeaf = { readonly setting: string; readonly value: string; readonly source: string };

/** Everything that is declared, a line each in the order of the layers; secret-looking variables are masked. */
export const declaredLeaves = ({ resetRoutes: _, ...wish }: StageWish): readonly DeclaredLeaf[] =>
  leavesBelow("", wish as SourcedMap);

const leavesBelow = (parent: string, map: SourcedMap): DeclaredLeaf[] =>
  Object.entries(map).flatMap(([name, node]) => {
    const setting = parent === "" ? name : `${parent}.${name}`;
    if (!isDeclared(node)) return leavesBelow(setting, node);
    const masked = parent === "variables" && node.value !== null && looksSecret(name);
    return [{ setting, value: masked ? MASK : shownValue(node.value), source: node.source }];
  });

const shownValue = (value: unknown): string =>
  !Array.isArray(value) ? String(value) : value.length === 0 ? "none" : value.join(", ");
