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
  ROLLBACK_FAILED: {
    kind: "unhealthy",
    summary: "A smoke test failed, and pointing the stage back failed too.",
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
} as const;
