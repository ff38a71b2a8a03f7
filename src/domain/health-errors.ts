/** The part of the error register that is about whether a stage is healthy. */
export const healthErrors = {
  SMOKE_TESTS_FAILED: {
    kind: "unhealthy",
    summary: "A smoke test failed after the stage was pointed.",
    remedy: "Read what the failing test found, correct the API or the test, and run again.",
  },
  SMOKE_TESTS_UNREACHABLE: {
    kind: "unclear",
    summary: "The runner cannot reach the stage, so nothing is known about its health. The stage is left as it is.",
    remedy:
      "Run the smoke tests from where the stage can be reached (a runner in its VPC), give `invoke-url`, or leave `smoke-tests` out. See docs/smoke-tests.md.",
  },
  WATCH_FAILED: {
    kind: "unhealthy",
    summary: "An alarm went off, or a limit was exceeded, while the stage was watched.",
    remedy:
      "Look at what the message names: the alarm, or the stage's metrics and logs of that time. Correct the API and run again. See docs/watch.md.",
  },
  WATCH_NOT_PROVEN: {
    kind: "unclear",
    summary:
      "Too little was seen to call the stage healthy, and `on-not-proven` is `fail`. The stage is left as it is.",
    remedy:
      "Look at the stage yourself; `command: rollback` takes it back. Give a longer `bake-time`, a smaller `min-requests`, or an alarm that has data. See docs/watch.md.",
  },
  ROLLBACK_FAILED: {
    kind: "unhealthy",
    summary: "The stage turned out unhealthy, and pointing it back failed too.",
    remedy: "Point the stage back by hand with the command above.",
  },
  ALARM_UNKNOWN: {
    kind: "config",
    summary: "An alarm that is to watch the release does not exist in the run's account and Region.",
    remedy:
      "Correct `alarms`. An alarm of another account or Region looks just like one that does not exist: AWS_REGION must name the alarm's Region.",
  },
  ALARM_ACTIVE: {
    kind: "refused",
    summary: "An alarm that is to watch the release is in ALARM before it.",
    remedy:
      "An alarm that is red already cannot tell whether the release is healthy. Wait until it is OK. To release what mends it, run once without it in `alarms`.",
  },
  ALARM_UNRELIABLE: {
    kind: "refused",
    summary: "CloudWatch cannot evaluate an alarm that is to watch the release.",
    remedy:
      "Look at the alarm in CloudWatch: what it says of its evaluation tells what it cannot read. Or run once without it in `alarms`.",
  },
  NO_DARK_STAGE: {
    kind: "refused",
    summary: "The stage that `dark-stage` asks for cannot be made.",
    remedy: "Mend what the message names, or run without `dark-stage`.",
  },
} as const;
