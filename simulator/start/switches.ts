import type { AdjustableClock } from "../http/clock.ts";
import type { Switch, Switches } from "../http/controls.ts";
import type { Simulator } from "../simulator.ts";

/** The values that a switch takes. */
type Kind<T extends string | number> = { readonly rule: string; readonly parse: (text: string) => T | undefined };

const wholeNumber = (rule: string): Kind<number> => ({
  rule,
  parse: (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
});

export const switchKinds = {
  latency: wholeNumber("a number of whole milliseconds, for example 100"),
  "rate-limits": {
    rule: "on or off",
    parse: (text: string) => (text === "on" || text === "off" ? text : undefined),
  },
  "time-scale": {
    rule: "a number above zero, for example 60 for a simulated minute in a second",
    parse: (text: string) => (/^\d{1,6}(?:\.\d{1,6})?$/.test(text) && Number(text) > 0 ? Number(text) : undefined),
  },
  stages: wholeNumber("a number of stages, for example 10"),
  "key-delay": wholeNumber("a number of whole milliseconds, for example 60000"),
  "audit-delay": wholeNumber("a number of whole milliseconds, for example 300000"),
  "firewall-delay": wholeNumber("a number of whole milliseconds, for example 5000"),
} satisfies Record<string, Kind<string> | Kind<number>>;

export type SwitchName = keyof typeof switchKinds;

const bind = <T extends string | number>(kind: Kind<T>, read: () => T, set: (value: T) => void): Switch => ({
  rule: kind.rule,
  read,
  change: (text) => {
    const value = kind.parse(text);
    return value === undefined ? undefined : () => set(value);
  },
});

type OnOff = "on" | "off";

const latencySwitch = (server: { latency: number }): Switch =>
  bind(
    switchKinds.latency,
    () => server.latency,
    (value) => {
      server.latency = value;
    },
  );

const delaySwitch = (
  kind: Kind<number>,
  delays: Simulator["gateway"]["world"]["delays"],
  name: keyof typeof delays,
): Switch =>
  bind(
    kind,
    () => delays[name],
    (value) => {
      delays[name] = value;
    },
  );

/** Both services live by the one clock. */
const timeSwitch = (clock: AdjustableClock): Switch => bind(switchKinds["time-scale"], clock.scale, clock.setScale);

export const gatewaySwitches = ({ gateway: { world, server } }: Simulator, clock: AdjustableClock): Switches => {
  const buckets = [...world.buckets];
  return {
    latency: latencySwitch(server),
    "rate-limits": bind<OnOff>(
      switchKinds["rate-limits"],
      () => (world.buckets.size > 0 ? "on" : "off"),
      (value) => {
        world.buckets.clear();
        if (value === "on") for (const [operation, bucket] of buckets) world.buckets.set(operation, bucket);
      },
    ),
    "time-scale": timeSwitch(clock),
    stages: bind(
      switchKinds.stages,
      () => world.quotas.stagesPerApi,
      (value) => {
        world.quotas.stagesPerApi = value;
      },
    ),
    "key-delay": delaySwitch(switchKinds["key-delay"], world.delays, "keysMs"),
    "audit-delay": delaySwitch(switchKinds["audit-delay"], world.delays, "auditMs"),
    "firewall-delay": delaySwitch(switchKinds["firewall-delay"], world.delays, "firewallMs"),
  };
};

/** More than any client sends; an infinite limit could not be told in a header. */
const unlimited = 1_000_000_000;

export const githubSwitches = ({ github: { world, server } }: Simulator, clock: AdjustableClock): Switches => {
  const { requestsPerHour, contentPerMinute, contentPerHour } = world.limits;
  const limits = { requestsPerHour, contentPerMinute, contentPerHour };
  const noLimits = { requestsPerHour: unlimited, contentPerMinute: unlimited, contentPerHour: unlimited };
  return {
    latency: latencySwitch(server),
    "rate-limits": bind<OnOff>(
      switchKinds["rate-limits"],
      () => (world.limits.requestsPerHour === unlimited ? "off" : "on"),
      (value) => {
        Object.assign(world.limits, value === "on" ? limits : noLimits);
      },
    ),
    "time-scale": timeSwitch(clock),
  };
};
