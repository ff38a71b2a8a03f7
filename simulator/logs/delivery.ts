import type { ServedRequest } from "../gateway/model.ts";
import type { LogGroup, LogsWorld } from "./model.ts";

/** Brings the log groups up to date with the requests whose lines have had the time to arrive. */
export const deliver = (world: LogsWorld): void => {
  const now = world.clock.now();
  for (;;) {
    const request = world.served[world.delivered];
    if (!request || request.at + world.deliveryDelayMs > now) return;
    world.delivered += 1;
    write(world, request);
  }
};

const write = (world: LogsWorld, { at, accessLog, isCanary, executionLog = [] }: ServedRequest): void => {
  for (const { logGroup, line } of executionLog) append(world, logGroup, at, line);
  if (!accessLog) return;
  const { logGroup, line } = accessLog;
  const names = isCanary ? [`${logGroup}/Canary`, ...(world.canaryLines === "both" ? [logGroup] : [])] : [logGroup];
  for (const name of names) append(world, name, at, line);
};

const append = (world: LogsWorld, name: string, at: number, message: string): void => {
  groupFor(world, name, at)?.events.push({ at, ingestedAt: at + world.deliveryDelayMs, message });
};

const groupFor = (world: LogsWorld, name: string, at: number): LogGroup | undefined =>
  world.groups.get(name) ?? (world.createsGroups ? createGroup(world, name, at) : undefined);

export const createGroup = ({ groups }: LogsWorld, name: string, createdAt: number): LogGroup => {
  const group: LogGroup = { name, createdAt, events: [] };
  groups.set(name, group);
  return group;
};
