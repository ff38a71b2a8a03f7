import { describe, expect, test } from "@jest/globals";
import { noProgress } from "../../src/apply/progress.ts";
import { cancelledInstead, endingError } from "../../src/report/ending.ts";
import { exitCodeOf } from "../../src/report/exit-code.ts";
import { beginCourse, type Course } from "../../src/report/outcome.ts";
import { failure as refusal } from "../apply/scene.ts";
import { aDeletion, aRequest } from "../requests.ts";
import { plan } from "./outcomes.ts";

const course = (changes: Partial<Course> = {}): Course => ({ ...beginCourse(), ...changes });
const pointed = course({ plan, progress: { ...noProgress(), made: "new222", pointedAt: "new222" } });

describe("I9: the error that a run ends with", () => {
  test("says what state things are in, also where nothing was planned yet", () => {
    expect(endingError(refusal("THROTTLED"), aRequest(), course()).state).toBe("Nothing was changed.");
    expect(endingError(refusal("THROTTLED"), aDeletion(), course()).state).toBe("Nothing was removed.");
    expect(endingError(refusal("THROTTLED"), aRequest(), pointed).state).toContain("was pointed at deployment new222");
  });

  test("keeps the state that it knows better", () => {
    const known = refusal("THROTTLED").withState("All is well.");
    expect(endingError(known, aRequest(), pointed).state).toBe("All is well.");
  });

  test("is a bug of ours where nobody expected it, and says what was being done", () => {
    expect(endingError(new TypeError("x is undefined"), aRequest(), course())).toMatchObject({
      code: "BUG",
      doing: "deploy stage pr-7 of API a1b2c3d4e5",
    });
  });
});

describe("I11: a run that was cancelled ends so", () => {
  test("although all of it went through, and says what did", () => {
    expect(cancelledInstead(undefined, aRequest(), pointed)).toMatchObject({
      code: "CANCELLED",
      acted: "yes",
      happened: "The run was cancelled.",
      state:
        "Stage pr-7 was pointed at deployment new222. Not all of its settings are as declared; running this job again applies them.",
    });
  });

  test("although something failed meanwhile, which is told", () => {
    const error = cancelledInstead(refusal("THROTTLED"), aRequest(), course({ plan }));
    expect(error).toMatchObject({ code: "CANCELLED", acted: "no", happened: expect.stringContaining("THROTTLED") });
  });

  test("once: its own error stays", () => {
    const error = refusal("CANCELLED");
    expect(cancelledInstead(error, aRequest(), course())).toBe(error);
  });
});

test.each([
  [undefined, 0],
  [refusal("CANCELLED"), 130],
  [refusal("THROTTLED"), 1],
  [refusal("BUG"), 1],
])("the exit code: case %#", (error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});
