/** CloudWatch's alarms, as far as a release is judged by them. */

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

export type Alarm = {
  readonly name: string;
  readonly arn: string;
  readonly kind: "metric" | "composite" | "log";
  readonly state: AlarmState;
  /** Why it has this state, in the service's words. */
  readonly reason: string;
  /** When its state changed last, in milliseconds since 1970 by the service's clock. */
  readonly changedAt: number;
  /** What keeps its evaluation from being relied on (`EvaluationState`); `undefined` where nothing does. */
  readonly trouble: string | undefined;
  /** Milliseconds of data that it looks at; `undefined` where it does not tell, as a composite alarm does not. */
  readonly window: number | undefined;
  /** The names of APIs whose metrics it follows, as far as it tells. */
  readonly apiNames: readonly string[];
};

/** A change of an alarm's state, as its history tells it. */
export type AlarmChange = {
  /** Milliseconds since 1970 by the service's clock. */
  readonly at: number;
  readonly state: AlarmState;
  readonly reason: string;
};

/** What the workflow calls an alarm: a name, or an ARN and the name in it. */
export type AlarmName = { readonly name: string; readonly arn: string | undefined };

/** Names of alarms that one request can ask for (CloudWatch API reference, DescribeAlarms). */
export const MOST_ALARMS = 100;

/** What is known of one alarm that was to stay quiet since the stage was pointed, or a step of its canary began. */
export type AlarmEvidence = {
  readonly name: string;
  /** As it is now; `undefined`: it does not exist any more. */
  readonly now: Alarm | undefined;
  /** Its changes of state since then, oldest first, also those that are over. */
  readonly changes: readonly AlarmChange[];
};
