import type { Routes } from "../../domain/route.ts";
import { ALL_ROUTES, type MethodSettings, type StageSettings } from "../../domain/stage-settings.ts";
import type { SettingWrite } from "../../domain/stage-write.ts";
import { serviceDefaults } from "../settings/method-leaves.ts";

/**
 * What a dark stage is given: all that is answered by what its target has, with the writes that the target is about to get.
 * It has no cache, which would take minutes to make and would answer for the deployment, and no texts for people; and
 * nothing for routes that the deployment lacks, which a new stage of an HTTP API is refused with. `routes`: those that it
 * has; `undefined`: they are not known.
 */
export const darkSettings = (
  target: StageSettings,
  writes: readonly SettingWrite[],
  routes?: Routes,
): readonly SettingWrite[] => {
  const settings = new Map<string, SettingWrite>();
  for (const write of [...writesFor(target), ...writes]) change(settings, write);
  return [...settings.values()]
    .filter((write) => isTaken(write) && isMet(write, routes) && !isSoAnyway(write))
    .sort((one, other) => rank(one) - rank(other));
};

const change = (settings: Map<string, SettingWrite>, write: SettingWrite): void => {
  switch (write.kind) {
    case "variable":
      if (write.value === null) settings.delete(`variable ${write.name}`);
      else settings.set(`variable ${write.name}`, write);
      return;
    case "route-setting":
      settings.set(`${routeKey(write.route)}${write.member}`, write);
      return;
    case "route-reset":
      for (const key of [...settings.keys()]) if (key.startsWith(routeKey(write.route))) settings.delete(key);
      return;
    case "access-log":
      settings.set(`access-log ${write.member}`, write);
      return;
    case "no-access-log":
      for (const member of ["destinationArn", "format"]) settings.delete(`access-log ${member}`);
      return;
    case "attribute":
      settings.set(`attribute ${write.member}`, write);
  }
};

const routeKey = (route: string): string => `route ${JSON.stringify(route)} `;

const writesFor = (settings: StageSettings): readonly SettingWrite[] => {
  const { variables, methodSettings, accessLog, clientCertificateId, tracingEnabled } = settings;
  return [
    ...Object.entries(variables).map(([name, value]): SettingWrite => ({ kind: "variable", name, value })),
    ...Object.entries(methodSettings).flatMap(([route, entry]) => entryOf(route, entry)),
    ...(["destinationArn", "format"] as const).flatMap((member): readonly SettingWrite[] => {
      const value = accessLog?.[member];
      return value === undefined ? [] : [{ kind: "access-log", member, value }];
    }),
    ...(clientCertificateId === undefined
      ? []
      : [{ kind: "attribute", member: "clientCertificateId", value: clientCertificateId } as const]),
    ...(tracingEnabled ? [{ kind: "attribute", member: "tracingEnabled", value: "true" } as const] : []),
  ];
};

const entryOf = (route: string, entry: MethodSettings): readonly SettingWrite[] =>
  (Object.entries(entry) as [keyof MethodSettings, string | number | boolean | undefined][]).flatMap(
    ([member, value]) => (value === undefined ? [] : [{ kind: "route-setting", route, member, value }]),
  );

const LEFT_OUT: readonly string[] = [
  "cachingEnabled",
  "cacheTtlInSeconds",
  "cacheDataEncrypted",
  "requireAuthorizationForCacheControl",
  "unauthorizedCacheControlHeaderStrategy",
  "cacheClusterEnabled",
  "cacheClusterSize",
  "description",
  "documentationVersion",
];

const isTaken = (write: SettingWrite): boolean => !("member" in write && LEFT_OUT.includes(write.member));

/** What a new stage has for all routes by itself; not every kind of API takes it. */
const isSoAnyway = (write: SettingWrite): boolean =>
  write.kind === "route-setting" && write.route === ALL_ROUTES && serviceDefaults[write.member] === write.value;

/** Whether requests can meet it: a route of all verbs takes those of one, too. */
const isMet = (write: SettingWrite, routes: Routes | undefined): boolean =>
  write.kind !== "route-setting" ||
  write.route === ALL_ROUTES ||
  routes === undefined ||
  routes.has(write.route) ||
  routes.has(write.route.replace(/^[A-Z]+ /, "ANY "));

/** A new entry of a route begins with what all routes have at that point (recorded behaviour). */
const rank = (write: SettingWrite): number => {
  if (write.kind !== "route-setting") return 0;
  return write.route === ALL_ROUTES ? 1 : 2;
};
