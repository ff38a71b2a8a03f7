import { expect, test } from "@jest/globals";
import { register } from "../../../src/domain/error-register.ts";
import { ActionError } from "../../../src/domain/errors.ts";
import { errorSection, errorText } from "../../../src/report/text/error-text.ts";

const error = new ActionError({
  code: "STAGE_QUOTA",
  doing: "create stage pr-7 of API a1b2c3d4e5",
  happened: "API Gateway said: Maximum number of stages reached.",
  acted: "no",
  state: "Stage pr-7 was not created.",
});

test("I9: an error says what was being done, what happened, the state, what to do and where to read on", () => {
  expect(errorText(error, "https://github.com/acme/action/blob/v1").split("\n")).toEqual([
    "Could not create stage pr-7 of API a1b2c3d4e5.",
    "API Gateway said: Maximum number of stages reached.",
    "State: Stage pr-7 was not created.",
    `What to do: ${register.STAGE_QUOTA.remedy.replaceAll("`", "")}`,
    "More: https://github.com/acme/action/blob/v1/docs/errors.md#stage_quota (STAGE_QUOTA)",
  ]);
});

test("the docs of an action in the workflow's own repository are named by their path", () => {
  expect(errorText(error, "")).toContain("More: docs/errors.md#stage_quota");
});

test("as Markdown it is paragraphs with a link that works, and none where the action has no address", () => {
  expect(errorSection(error, "https://github.com/acme/action/blob/v1", 5_000).split("\n\n")).toEqual([
    "**Could not create stage pr-7 of API `a1b2c3d4e5`.**",
    "API Gateway said: Maximum number of stages reached.",
    "**State:** Stage pr-7 was not created.",
    `**What to do:** ${register.STAGE_QUOTA.remedy}`,
    "[More about `STAGE_QUOTA`](<https://github.com/acme/action/blob/v1/docs/errors.md#stage_quota>)",
  ]);
  expect(errorSection(error, "", 5_000)).toMatch(/\n\nError `STAGE_QUOTA`$/);
});

test("no advice says that nothing was changed: that is the state's to say", () => {
  const said = Object.entries(register).filter(([, { remedy }]) =>
    /nothing (?:was|is) (?:touched|changed)/i.test(remedy),
  );
  expect(said).toEqual([]);
});
