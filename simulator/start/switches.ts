import type { AlarmState } from "../cloudwatch/model.ts";
import { seedAlarm, switchAlarm } from "../cloudwatch/world.ts";
import type { AdjustableClock } from "../http/clock.ts";
import type { Switch, Switches } from "../http/controls.ts";
import type { Simulator } from "../simulator.ts";

/** The values that a switch takes. */
type Kind<T extends string | number> = { readonly rule: string; readonly parse: (text: string) => T | undefined };

const alarmPattern = /^([^=,\s][^=,]*)=(OK|ALARM|INSUFFICIENT_DATA)$/;

const wholeNumber = (rule: string): Kind<number> => ({
  rule,
  parse: (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
});

const oneOf = <T extends string>(...words: readonly [T, T]): Kind<T> => ({
  rule: words.join(" or "),
  parse: (text) => words.find((word) => word === text),
});

const seconds = wholeNumber("a number of whole seconds, for example 120");

export const switchKinds = {
  latency: wholeNumber("a number of whole milliseconds, for example 100"),
  "rate-limits": oneOf("on", "off"),
  "time-scale": {
    rule: "a number above zero, for example 60 for a simulated minute in a second",
    parse: (text: string) => (/^\d{1,6}(?:\.\d{1,6})?$/.test(text) && Number(text) > 0 ? Number(text) : undefined),
  },
  stages: wholeNumber("a number of stages, for example 10"),
  alarms: {
    rule: "NAME=OK, NAME=ALARM or NAME=INSUFFICIENT_DATA, more than one separated by commas",
    parse: (text: string) => (text.split(",").every((part) => alarmPattern.test(part)) ? text : undefined),
  },
  "metric-delay": seconds,
  "log-delay": seconds,
  "canary-series": oneOf("on", "off"),
  "canary-lines": oneOf("moved", "both"),
  "key-delay": seconds,
  "audit-delay": seconds,
  "firewall-delay": seconds,
  "deployment-delay": seconds,
  deployments: oneOf("succeed", "fail"),
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

const delaySwitch = (delays: Simulator["gateway"]["world"]["delays"], name: keyof typeof delays): Switch =>
  bind(
    seconds,
    () => delays[name] / 1000,
    (value) => {
      delays[name] = value * 1000;
    },
  );

/** Both services live by the one clock. */
const timeSwitch = (clock: AdjustableClock): Switch => bind(switchKinds["time-scale"], clock.scale, clock.setScale);

/** Of API Gateway and CloudWatch, which share a server. */
export const gatewaySwitches = (simulator: Simulator, clock: AdjustableClock): Switches => {
  const { world, server } = simulator.gateway;
  const limits = [world.buckets, simulator.cloudWatch.buckets].map((buckets) => ({ buckets, all: [...buckets] }));
  return {
    ...cloudWatchSwitches(simulator),
    latency: latencySwitch(server),
    "rate-limits": bind<OnOff>(
      switchKinds["rate-limits"],
      () => (world.buckets.size > 0 ? "on" : "off"),
      (value) => {
        for (const { buckets, all } of limits) {
          buckets.clear();
          if (value === "on") for (const [operation, bucket] of all) buckets.set(operation, bucket);
        }
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
    "key-delay": delaySwitch(world.delays, "keysMs"),
    "audit-delay": delaySwitch(world.delays, "auditMs"),
    "firewall-delay": delaySwitch(world.delays, "firewallMs"),
    "deployment-delay": delaySwitch(world.delays, "deploymentMs"),
    deployments: bind<"succeed" | "fail">(
      switchKinds.deployments,
      () => (world.deploymentFailure === undefined ? "succeed" : "fail"),
      (value) => {
        if (value === "succeed") delete world.deploymentFailure;
        else world.deploymentFailure = "Internal server error";
      },
    ),
  };
};

const cloudWatchSwitches = ({ cloudWatch, logs }: Pick<Simulator, "cloudWatch" | "logs">): Switches => ({
  alarms: bind<string>(
    switchKinds.alarms,
    () => [...cloudWatch.alarms.values()].map(({ name, state }) => `${name}=${state}`).join(","),
    (value) => {
      for (const part of value.split(",")) {
        const [, name = "", state] = alarmPattern.exec(part) ?? [];
        if (!cloudWatch.alarms.get(name)?.byHand) seedAlarm(cloudWatch, name);
        switchAlarm(cloudWatch, name, state as AlarmState);
      }
    },
  ),
  "metric-delay": bind<number>(
    switchKinds["metric-delay"],
    () => cloudWatch.metricDelayMs / 1000,
    (value) => {
      cloudWatch.metricDelayMs = value * 1000;
    },
  ),
  "log-delay": bind<number>(
    switchKinds["log-delay"],
    () => logs.deliveryDelayMs / 1000,
    (value) => {
      logs.deliveryDelayMs = value * 1000;
    },
  ),
  "canary-series": bind<OnOff>(
    switchKinds["canary-series"],
    () => (cloudWatch.canarySeries ? "on" : "off"),
    (value) => {
      cloudWatch.canarySeries = value === "on";
    },
  ),
  "canary-lines": bind<"moved" | "both">(
    switchKinds["canary-lines"],
    () => logs.canaryLines,
    (value) => {
      logs.canaryLines = value;
    },
  ),
});

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
