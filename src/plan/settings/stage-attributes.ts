import type { StageSettings } from "../../domain/stage-settings.ts";
import type { SettingWrite, StageAttribute } from "../../domain/stage-write.ts";
import type { Declared, StageWish } from "../../inputs/settings/resolve.ts";
import { looksSecret, MASK } from "../../inputs/settings/secret-names.ts";
import { joinPatches, noPatch, type Patch, type SettingChange } from "./change.ts";

/** The settings that a stage has once, not route by route. Variables come last: they matter most to what is served. */
export const planAttributes = (wish: StageWish, current: StageSettings): Patch =>
  joinPatches(
    planAccessLog(wish.logging, current.accessLog),
    planCluster(wish.caching?.["cluster-size"], current.cacheCluster),
    planText(
      "client-certificate-id",
      attribute("clientCertificateId"),
      wish["client-certificate-id"],
      current.clientCertificateId,
    ),
    planText(
      "documentation-version",
      attribute("documentationVersion"),
      wish["documentation-version"],
      current.documentationVersion,
    ),
    planText("tracing", attribute("tracingEnabled"), wish.tracing, String(current.tracingEnabled)),
    planText("description", attribute("description"), wish.description, current.description),
    planVariables(wish.variables ?? {}, current.variables),
  );

type WriteOf = (value: string) => SettingWrite;

const attribute =
  (member: StageAttribute): WriteOf =>
  (value) => ({ kind: "attribute", member, value });

const accessLog =
  (member: "destinationArn" | "format"): WriteOf =>
  (value) => ({ kind: "access-log", member, value });

const planText = (
  setting: string,
  writeOf: WriteOf,
  declared: Declared<string | boolean | number> | undefined,
  from: string | undefined,
): Patch => {
  const to = declared && String(declared.value);
  if (declared === undefined || to === undefined || to === from) return noPatch;
  return { changes: [{ setting, from, to, source: declared.source }], writes: [writeOf(to)] };
};

const planAccessLog = (wish: StageWish["logging"], current: StageSettings["accessLog"]): Patch => {
  const arn = wish?.["access-log-arn"];
  if (arn?.value === null) return removeAccessLog(arn.source, current);
  return joinPatches(
    planText("logging.access-log-arn", accessLog("destinationArn"), arn, current?.destinationArn),
    planText("logging.access-log-format", accessLog("format"), wish?.["access-log-format"], current?.format),
  );
};

/** Only the two together can be removed (recorded behaviour). */
const removeAccessLog = (source: string, current: StageSettings["accessLog"]): Patch => {
  if (current === undefined) return noPatch;
  const gone = [
    { setting: "logging.access-log-arn", from: current.destinationArn },
    { setting: "logging.access-log-format", from: current.format },
  ].filter(({ from }) => from !== undefined);
  return {
    changes: gone.map((change) => ({ ...change, to: undefined, source })),
    writes: [{ kind: "no-access-log" }],
  };
};

/** A size alone makes no cluster, so it goes with the switch. */
const planCluster = (
  size: Declared<number> | Declared<null> | undefined,
  { enabled, size: present }: StageSettings["cacheCluster"],
): Patch => {
  if (size === undefined) return noPatch;
  const from = enabled ? present : undefined;
  const to = size.value === null ? undefined : String(size.value);
  if (from === to && enabled === (to !== undefined)) return noPatch;
  return {
    changes: [{ setting: "caching.cluster-size", from, to, source: size.source }],
    writes: [
      ...(to === undefined || to === present ? [] : [attribute("cacheClusterSize")(to)]),
      ...(enabled === (to !== undefined) ? [] : [attribute("cacheClusterEnabled")(String(to !== undefined))]),
    ],
  };
};

/** Removals first, so that a full stage has room for what comes. */
const planVariables = (wish: NonNullable<StageWish["variables"]>, current: Readonly<Record<string, string>>): Patch => {
  const changes = mapChanges("variables", wish, current);
  return {
    changes: changes.map(({ name, change }) => (looksSecret(name) ? masked(change) : change)),
    writes: [
      ...changes.filter(({ to }) => to === undefined).map(({ name }) => variable(name, null)),
      ...changes.flatMap(({ name, to }) => (to === undefined ? [] : [variable(name, to)])),
    ],
  };
};

const variable = (name: string, value: string | null): SettingWrite => ({ kind: "variable", name, value });

const masked = ({ from, to, ...change }: SettingChange): SettingChange => ({
  ...change,
  from: from === undefined ? undefined : MASK,
  to: to === undefined ? undefined : MASK,
  masked: true,
});

export type MapChange = { readonly name: string; readonly to: string | undefined; readonly change: SettingChange };

/** The entries of a map of texts that are to come, change or go. */
export const mapChanges = (
  setting: string,
  wish: Readonly<Record<string, Declared<string> | Declared<null>>>,
  current: Readonly<Record<string, string>>,
): readonly MapChange[] =>
  Object.entries(wish).flatMap(([name, { value, source }]) => {
    const from = Object.hasOwn(current, name) ? current[name] : undefined;
    const to = value ?? undefined;
    return from === to ? [] : [{ name, to, change: { setting: `${setting}.${name}`, from, to, source } }];
  });
