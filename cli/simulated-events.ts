import {
  dispatchEvent,
  pullRequestEvent,
  pushEvent,
  scheduleEvent,
  type WorkflowEvent,
} from "../simulator/github/events.ts";
import {
  closePullRequest,
  label,
  lock,
  push,
  pushToPullRequest,
  reopenPullRequest,
  setDraft,
  unlabel,
  unlock,
} from "../simulator/github/people.ts";
import { type Services, StartFailure } from "../simulator/start/services.ts";

/** What happens on the simulated GitHub: `pull_request:labeled=preview` in the words of the command line. */
export type SimulatedEvent = {
  readonly text: string;
  readonly name: (typeof EVENTS)[number];
  /** Of a pull request. */
  readonly type: string;
  readonly label?: string;
};

const EVENTS = ["pull_request", "push", "workflow_dispatch", "schedule"] as const;

/** The activity types of a pull request ("Events that trigger workflows", GitHub docs). */
const TYPES = [
  ["opened", "synchronize", "reopened", "closed", "labeled", "unlabeled", "ready_for_review", "converted_to_draft"],
  ["edited", "assigned", "unassigned", "review_requested", "review_request_removed", "milestoned", "demilestoned"],
  ["locked", "unlocked", "enqueued", "dequeued", "auto_merge_enabled", "auto_merge_disabled"],
].flat();

const OF_LABELS = ["labeled", "unlabeled"];

/** `problems` get a sentence for each that cannot happen. */
export const readEvents = (texts: readonly string[], problems: string[]): readonly SimulatedEvent[] => {
  const events = texts.map((text) => eventIn(text));
  problems.push(...events.filter((event) => typeof event === "string"));
  const read = events.filter((event) => typeof event !== "string");
  problems.push(...afterTheEnd(read));
  return read;
};

const eventIn = (text: string): SimulatedEvent | string => {
  const [, given = "", type, label] = /^([^:]*)(?::([^=]*)(?:=(.*))?)?$/s.exec(text) ?? [];
  const name = EVENTS.find((one) => one === given);
  const said = JSON.stringify(text);
  if (name === undefined) {
    return `The event ${said} is not simulated. Give --event pull_request:TYPE, push, workflow_dispatch or schedule.`;
  }
  if (name !== "pull_request")
    return type === undefined ? { text, name, type: "" } : `The event ${name} has no types: ${said}.`;
  if (type !== undefined && !TYPES.includes(type)) {
    return `A pull request has no type ${JSON.stringify(type)}. There are ${TYPES.join(", ")}.`;
  }
  const known = type ?? "opened";
  if (OF_LABELS.includes(known) && !label) return `--event ${name}:${known} needs the label: ${name}:${known}=LABEL.`;
  if (OF_LABELS.includes(known)) return { text, name, type: known, label: label ?? "" };
  return label === undefined ? { text, name, type: known } : `Only labeled and unlabeled have a label: ${said}.`;
};

/** A closed pull request is opened by `reopened` alone, and nobody closes it again. */
const afterTheEnd = (events: readonly SimulatedEvent[]): readonly string[] => {
  const problems: string[] = [];
  let closed = false;
  for (const { name, type } of events) {
    if (name !== "pull_request") continue;
    if (closed && ["opened", "synchronize", "closed"].includes(type)) {
      problems.push(`pull_request:${type} cannot follow pull_request:closed. Give pull_request:reopened between them.`);
    }
    closed = type === "closed" || (closed && type !== "reopened");
  }
  return problems;
};

/** What happens where nobody says what: the first that the workflow listens to and that can be simulated. */
export const usualEvent = (on: unknown): SimulatedEvent => {
  const known = typeof on === "object" && on !== null && !Array.isArray(on) ? (on as Record<string, unknown>) : {};
  const names = [
    ...(Array.isArray(on) ? on : typeof on === "object" && on !== null ? Object.keys(on) : [on ?? "push"]),
  ];
  const name = names.map(String).find((one) => EVENTS.some((event) => event === one));
  if (name === undefined) {
    throw new StartFailure(
      `The workflow listens to ${names.join(", ")}, and only ${EVENTS.join(", ")} are simulated.`,
      2,
    );
  }
  const types = [(known[name] as { types?: unknown } | null | undefined)?.types ?? "opened"].flat().map(String);
  const type = types.includes("opened") ? "opened" : (types.find((one) => !OF_LABELS.includes(one)) ?? types[0]);
  const event = eventIn(name === "pull_request" ? `${name}:${type}` : name);
  if (typeof event === "string") throw new StartFailure(event, 2);
  return event;
};

/** Makes it happen on the simulated GitHub. `inputs`: those of `workflow_dispatch`. */
export const happen = (
  { simulator, pull }: Services,
  { name, type, label: given }: SimulatedEvent,
  inputs: Readonly<Record<string, string>>,
): WorkflowEvent => {
  const { github, repository } = simulator;
  switch (name) {
    case "pull_request":
      change(simulator, pull, type, given ?? "");
      return pullRequestEvent(repository, pull, type, given);
    case "push":
      push(github.world, repository, repository.defaultBranch);
      return pushEvent(repository, repository.defaultBranch, "alice");
    case "workflow_dispatch":
      return dispatchEvent(repository, "alice", inputs);
    case "schedule":
      return scheduleEvent(repository, "17 3 * * *");
  }
};

const change = (
  { github: { world }, repository }: Services["simulator"],
  pull: Services["pull"],
  type: string,
  name: string,
): void => {
  if (type === "closed") closePullRequest(world, repository, pull);
  if (type === "reopened") reopenPullRequest(world, pull);
  if (type === "synchronize") pushToPullRequest(world, repository, pull);
  if (type === "labeled") label(world, pull, name);
  if (type === "unlabeled") unlabel(world, pull, name);
  if (type === "ready_for_review") setDraft(world, pull, false);
  if (type === "converted_to_draft") setDraft(world, pull, true);
  if (type === "locked") lock(pull);
  if (type === "unlocked") unlock(pull);
};
