/** The part of the error register that is about canaries. */
export const canaryErrors = {
  STAGE_HAS_CANARY: {
    kind: "refused",
    summary: "The stage has a canary, and a deployment now would leave two versions live beside it.",
    remedy: "Complete or abort the canary first, then run again.",
  },
  CANARY_WITHOUT_BASE: {
    kind: "refused",
    summary: "A canary is asked for on a stage that does not exist.",
    remedy: "Deploy the stage once without `canary-percent`; the next deployment can be a canary.",
  },
  CANARY_MISSING: {
    kind: "refused",
    summary: "A canary is to be completed or to get another share, and the stage has none.",
    remedy:
      "Nothing is to be done if it was ended on purpose. Otherwise start one: `command: deploy` or `promote` with `canary-percent`.",
  },
  CANARY_NOT_OURS: {
    kind: "refused",
    summary: "Nothing on the stage proves that this repository started its canary, or the canary is another than that.",
    remedy: "Look at the stage, then end the canary with `canary-percent` and its `deployment-id`.",
  },
  CANARY_CHANGED: {
    kind: "conflict",
    summary: "Somebody else changed the canary, or what the stage serves beside it, while this run was at work.",
    remedy: "Look at the stage, then run the job again: it goes by what is there.",
  },
  CANARY_UNHEALTHY: {
    kind: "unhealthy",
    summary: "The canary is unhealthy.",
    remedy: "Read what was found, correct the API, and start a new canary.",
  },
  CANARY_NOT_PROVEN: {
    kind: "unclear",
    summary: "Too little was seen to call the canary healthy, and `not-proven` is `abort`.",
    remedy:
      "Read what could not be seen or counted, and correct that (access logs, traffic, rights, `min-requests`); then start a new canary. See docs/canary.md.",
  },
  CANARY_OVERDUE: {
    kind: "unclear",
    summary: "The canary had to have ended by its deadline, and nobody had completed it.",
    remedy: "Start a new canary when it can be seen to. See docs/canary.md.",
  },
} as const;
