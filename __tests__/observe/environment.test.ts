import { expect, test } from "@jest/globals";
import type { DeployRequest } from "../../src/inputs/request.ts";
import { environmentsOf } from "../../src/observe/environment.ts";
import { aDeletion, aRequest, aSweep } from "../requests.ts";

const jobDeployment = { id: 5, environment: "production" };

test.each<[string, Partial<DeployRequest>, string, string | undefined]>([
  ["the job's own", {}, "production", "production"],
  [
    "what the workflow names; the job's own record is used all the same",
    { environmentIsGiven: true },
    "preview",
    "production",
  ],
  ["the job's own, with a record beside it", { githubDeployment: "always" }, "production", "production"],
  [
    "what the workflow names, with a record of ours",
    { environmentIsGiven: true, githubDeployment: "always" },
    "preview",
    "preview",
  ],
  ["no record", { githubDeployment: "never" }, "production", undefined],
  ["no record in a dry run", { dryRun: true }, "production", undefined],
  ["no record without a token", { githubToken: "" }, "production", undefined],
])("of a job with an environment: %s", (_, changes, environment, recordedIn) => {
  expect(environmentsOf(aRequest(changes), { jobDeployment, isShared: false })).toMatchObject({
    environment,
    recordedIn,
  });
});

test("of a job without one: the stage's", () => {
  const told = { jobDeployment: undefined, isShared: false };
  expect(environmentsOf(aRequest(), told)).toMatchObject({ environment: "preview", recordedIn: "preview" });
  expect(environmentsOf(aDeletion(), told)).toMatchObject({ environment: "preview", recordedIn: undefined });
});

test("a sweep looks through the environment that it is told, whichever job it is in", () => {
  expect(environmentsOf(aSweep(), { jobDeployment, isShared: false })).toMatchObject({
    environment: "preview",
    recordedIn: undefined,
  });
});
