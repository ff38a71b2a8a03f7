import type { Alarm, AlarmState, CloudWatchWorld, HistoryItem } from "./model.ts";

export type StateChange = { readonly state: AlarmState; readonly reason: string; readonly reasonData?: string };

/** Gives an alarm a state. A change of state is history; a new reason alone only shows in `StateUpdatedTimestamp`. */
export const setState = (world: CloudWatchWorld, alarm: Alarm, change: StateChange, at: number): void => {
  if (change.state === alarm.state && change.reason === alarm.stateReason) return;
  const before = { stateValue: alarm.state, stateReason: alarm.stateReason };
  alarm.state = change.state;
  alarm.stateReason = change.reason;
  delete alarm.stateReasonData;
  if (change.reasonData !== undefined) alarm.stateReasonData = change.reasonData;
  alarm.stateUpdatedAt = at;
  if (before.stateValue === change.state) return;
  alarm.stateTransitionedAt = at;
  const after = { stateValue: change.state, stateReason: change.reason };
  remember(world, alarm, {
    at,
    type: "StateUpdate",
    summary: `Alarm updated from ${before.stateValue} to ${change.state}`,
    data: JSON.stringify({ version: "1.0", oldState: before, newState: after }),
  });
};

export const remember = (
  { history }: CloudWatchWorld,
  { name, type }: Alarm,
  item: Omit<HistoryItem, "alarmName" | "alarmType">,
): void => {
  history.push({ alarmName: name, alarmType: type, ...item });
};
