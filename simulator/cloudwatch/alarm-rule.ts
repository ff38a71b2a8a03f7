import type { AlarmState } from "./model.ts";
import { notSimulated, validationError } from "./refusals.ts";

/** The rule of a composite alarm (CloudWatch API reference, PutCompositeAlarm). */
export type AlarmRule =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "state"; readonly state: AlarmState; readonly alarm: string }
  | { readonly kind: "not"; readonly rule: AlarmRule }
  | { readonly kind: "and" | "or"; readonly rules: readonly AlarmRule[] };

/** @throws ServiceError 400 for a text that is no rule, 501 for the parts of the language that are not simulated */
export const readAlarmRule = (text: string): AlarmRule => {
  const cursor: Cursor = { text, at: 0 };
  const rule = readOr(cursor);
  if (take(cursor, /\s*$/y) === undefined) throw invalid(cursor);
  return rule;
};

/** @param stateOf the state of an alarm by name or ARN */
export const holds = (rule: AlarmRule, stateOf: (alarm: string) => AlarmState | undefined): boolean => {
  switch (rule.kind) {
    case "constant":
      return rule.value;
    case "state":
      return stateOf(rule.alarm) === rule.state;
    case "not":
      return !holds(rule.rule, stateOf);
    case "and":
      return rule.rules.every((part) => holds(part, stateOf));
    case "or":
      return rule.rules.some((part) => holds(part, stateOf));
  }
};

/** The alarms that a rule names, by name or ARN. */
export const alarmsIn = (rule: AlarmRule): string[] => {
  if (rule.kind === "state") return [rule.alarm];
  if (rule.kind === "not") return alarmsIn(rule.rule);
  return rule.kind === "constant" ? [] : rule.rules.flatMap(alarmsIn);
};

type Cursor = { readonly text: string; at: number };

/** Takes what a sticky pattern matches at the cursor: its first group, or all of it. */
const take = (cursor: Cursor, pattern: RegExp): string | undefined => {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (!found) return undefined;
  cursor.at += found[0].length;
  return found[1] ?? found[0];
};

const invalid = ({ text, at }: Cursor) =>
  validationError(`AlarmRule is invalid at position ${at}: ${JSON.stringify(text.slice(at, at + 20))}`);

const readOr = (cursor: Cursor): AlarmRule => {
  const rules = [readAnd(cursor)];
  while (take(cursor, /\s*\bOR\b/y) !== undefined) rules.push(readAnd(cursor));
  return only(rules) ?? { kind: "or", rules };
};

const readAnd = (cursor: Cursor): AlarmRule => {
  const rules = [readNot(cursor)];
  while (take(cursor, /\s*\bAND\b/y) !== undefined) rules.push(readNot(cursor));
  return only(rules) ?? { kind: "and", rules };
};

const only = (rules: readonly AlarmRule[]): AlarmRule | undefined => (rules.length === 1 ? rules[0] : undefined);

const readNot = (cursor: Cursor): AlarmRule =>
  take(cursor, /\s*NOT\b/y) === undefined ? readPart(cursor) : { kind: "not", rule: readNot(cursor) };

const readPart = (cursor: Cursor): AlarmRule => {
  if (take(cursor, /\s*\(/y) !== undefined) {
    const rule = readOr(cursor);
    close(cursor);
    return rule;
  }
  const constant = take(cursor, /\s*(TRUE|FALSE)\b/y);
  if (constant !== undefined) return { kind: "constant", value: constant === "TRUE" };
  const state = take(cursor, /\s*(ALARM|OK|INSUFFICIENT_DATA)\s*\(/y);
  if (state === undefined) {
    if (take(cursor, /\s*AT_LEAST\b/y) !== undefined) throw notSimulated("AT_LEAST in an alarm rule");
    throw invalid(cursor);
  }
  const alarm = take(cursor, /\s*"([^"]+)"/y) ?? take(cursor, /\s*([^\s"()]+)/y);
  if (alarm === undefined) throw invalid(cursor);
  close(cursor);
  return { kind: "state", state: state as AlarmState, alarm };
};

const close = (cursor: Cursor): void => {
  if (take(cursor, /\s*\)/y) === undefined) throw invalid(cursor);
};
