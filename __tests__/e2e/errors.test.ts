import { describe, expect, test } from "@jest/globals";
import type { Access, Profile } from "../../simulator/aws/access.ts";
import { dispatchEvent } from "../../simulator/github/events.ts";
import { profiles } from "../../simulator/github/tokens.ts";
import { refusal } from "../faults/effects.ts";
import { readable } from "../readable.ts";
import {
  type Ended,
  emptyApi,
  inScene,
  type JobSettings,
  type Kind,
  kinds,
  type Scene,
  type SceneOptions,
} from "./scene.ts";

const withoutIntegration =
  "openapi: 3.0.1\ninfo: { title: Half, version: '1' }\npaths: { /a: { get: { responses: { '200': { description: ok } } } } }\n";

const role = "arn:aws:sts::123456789012:assumed-role/deploy/session";
const accessOf = (profile: Partial<Profile>): Access => ({
  keys: new Map([["AKIASIMULATED0000000", { arn: role, status: "active", denied: () => false, ...profile }]]),
});

const noCredentials: JobSettings = {
  runner: {
    env: {
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
      AWS_SHARED_CREDENTIALS_FILE: "/nowhere",
      AWS_CONFIG_FILE: "/nowhere",
    },
  },
};

const webPage = { status: 200, headers: { "content-type": "text/html" }, body: "<html></html>" };

type Case = {
  readonly options?: SceneOptions;
  readonly inputs?: Record<string, string>;
  readonly job?: JobSettings;
  /** Runs on an event that no pull request is known for. */
  readonly dispatched?: true;
  readonly prepare?: (scene: Scene) => void;
  readonly says: readonly string[];
};

/** I9: what was being done, what happened, what state things are in, what to do, where to read on. */
const expectWholeError = (run: Ended, says: readonly string[]): void => {
  expect(run.conclusion).toBe("failure");
  expect(run.steps[0]?.exitCode).toBe(1);
  expect(run.outputs["result"]).toBe("failed");
  const errors = run.annotations.filter(({ level }) => level === "error");
  expect(errors).toHaveLength(1);
  const message = errors[0]?.message ?? "";
  expect(message).toMatch(
    /^Could not [^\n]+\.\n[\s\S]+\nState: [^\n]+\nWhat to do: [\s\S]+\nMore: [^\n]*docs\/errors\.md#\w+ \([A-Z_]+\)$/,
  );
  for (const sentence of says) {
    expect(message).toContain(sentence);
    expect(readable(run.summary)).toContain(sentence);
  }
  expect(run.text).not.toMatch(/\n\s+at .*(?:\.js|\.ts|node:)/);
};

const stays = "Stage pr-1 was not created.";

const casesOf = (kind: Kind): Readonly<Record<string, Case>> => ({
  "an unknown API": {
    inputs: { [kind.input]: "zzzzzzzzzz" },
    says: [
      `There is no ${kind.unknown} zzzzzzzzzz in Region eu-central-1 of account 123456789012.`,
      "an API of another account or Region looks just like one that does not exist",
    ],
  },
  "an API without methods": {
    options: { definition: emptyApi },
    says: [kind.nothingToDeploy, stays, "Add a route"],
  },
  ...(kind.needsIntegrations
    ? {
        "a method without integration": {
          options: { definition: withoutIntegration },
          says: ["No integration defined for method", stays, "Give every method of the draft an integration."],
        },
      }
    : {}),
  ...(kind.endpointTypes.includes("PRIVATE")
    ? {
        "a private API without a policy": {
          options: { endpointType: "PRIVATE" },
          says: ["resource policy", stays, "Attach a resource policy"],
        },
      }
    : {}),
  "expired credentials": {
    options: { access: accessOf({ status: "expired" }) },
    says: ["security token included in the request is expired", "role-duration-seconds"],
  },
  "unknown credentials": {
    options: { access: accessOf({ status: "unknown" }) },
    says: ["security token included in the request is invalid", "Check where the job's credentials come from"],
  },
  "no credentials": { job: noCredentials, says: ["No AWS credentials were found", "permissions: id-token: write"] },
  "the credentials of another account": {
    inputs: { "expected-account-id": "210987654321" },
    says: [
      "The AWS credentials belong to account 123456789012",
      "expected-account-id is 210987654321",
      "Nothing was touched.",
      "role-to-assume",
    ],
  },
  // In the wrong account nothing is found either; whose the credentials are says more.
  "the credentials of another account, and no such API in it": {
    inputs: { "expected-account-id": "210987654321", [kind.input]: "zzzzzzzzzz" },
    says: ["The AWS credentials belong to account 123456789012", "Nothing was touched."],
  },
  "a secret that was pasted with its line end": {
    job: { runner: { env: { AWS_SECRET_ACCESS_KEY: "simulated\n" } } },
    says: ["AWS_SECRET_ACCESS_KEY ends with a line end.", "Nothing was touched."],
  },
  "a page in place of the stages": {
    prepare: ({ gateway }) =>
      gateway.server.faults.add({
        operation: "GetStages",
        effect: { kind: "answer", when: "before", response: webPage },
        times: 99,
      }),
    says: ["The answer is text/html (13 bytes) and no JSON object.", "Nothing is concluded from such an answer"],
  },
  "no Region": { job: { runner: { env: { AWS_REGION: "" } } }, says: ["No AWS Region is configured.", "aws-region"] },
  "a role that may not create deployments": {
    options: { access: accessOf({ denied: (action) => action === "apigateway:POST" }) },
    says: [
      `User: ${role} is not authorized`,
      `Missing: apigateway:POST on arn:aws:apigateway:eu-central-1::${kind.path}/deployments`,
      `{"Effect":"Allow","Action":"apigateway:POST","Resource":"arn:aws:apigateway:eu-central-1::${kind.path}/deployments"}`,
      stays,
    ],
  },
  "a role that may not tag": {
    options: {
      access: accessOf({ denied: (action, arn) => action === `apigateway:${kind.tagVerb}` && arn.includes("/tags/") }),
    },
    says: [
      `Missing: apigateway:${kind.tagVerb} on arn:aws:apigateway:eu-central-1::/tags/`,
      "was created and no stage serves it",
    ],
  },
  "an explicit deny": {
    prepare: ({ gateway }) =>
      gateway.server.faults.add({
        operation: kind.readsApi,
        effect: refusal(
          403,
          "AccessDeniedException",
          `User: ${role} is not authorized to perform: apigateway:GET on resource: arn:aws:apigateway:eu-central-1::${kind.path} with an explicit deny in a service control policy`,
        ),
      }),
    says: ["A policy denies this explicitly", "no allow statement can override it", "Find the Deny statement"],
  },
  "the quota of stages": {
    options: { gateway: { quotas: { stagesPerApi: 1 } } },
    prepare: (scene) => scene.addStage("prod"),
    says: [
      "API a1b2c3d4e5 has 1 stage, and API Gateway allows no more. It is:",
      "prod: not made by this action",
      stays,
      "Close a pull request whose preview nobody needs",
      "Stages per API",
    ],
  },
});

/** What needs no look at any service. */
const mistakes: Readonly<Record<string, Case>> = {
  "an account that is no account": {
    inputs: { "expected-account-id": "12345678901" },
    says: ['expected-account-id is "12345678901". It must be the number of an AWS account: twelve digits'],
  },
  "a bad stage name": {
    inputs: { "stage-name": "feature/x" },
    says: ['stage-name is "feature/x". It must be 1 to 128 letters, digits, hyphens or underscores'],
  },
  "a missing stage name": { dispatched: true, says: ["stage-name is not given. It is required here"] },
  "a stray character in rest-api-id": {
    inputs: { "rest-api-id": "a1b2c3d4e5," },
    says: ['rest-api-id is "a1b2c3d4e5,". It must be lower-case letters and digits only'],
  },
  "no rest-api-id": { inputs: { "rest-api-id": "" }, says: ["rest-api-id is not given. It is required"] },
  "several inputs at once": {
    inputs: { "rest-api-id": "A", "stage-name": "a b", "dry-run": "maybe", "pr-number": "0" },
    says: ["4 things are missing or wrong:", "rest-api-id is", "stage-name is", "dry-run is", "pr-number is"],
  },
};

const play = async (
  { options = {}, inputs = {}, job, dispatched, prepare, says }: Case,
  scenes: SceneOptions,
): Promise<void> =>
  inScene({ ...scenes, ...options }, async (scene) => {
    prepare?.(scene);
    const event = dispatched ? dispatchEvent(scene.repository, "alice") : scene.opened();
    const run = await scene.deploy(inputs, { ...job, event });
    expectWholeError(run, says);
    expect(scene.stage("pr-1")).toBeUndefined();
  });

describe.each(kinds)("of $name, a user reads about", (kind) => {
  test.each(Object.entries(casesOf(kind)))("%s", (_, one) => play(one, kind.options));
});

test.each(Object.entries(mistakes))("a user reads about %s before any service is asked", (_, { says, ...one }) =>
  play({ ...one, says: [...says, "State: Nothing was requested from AWS or GitHub."] }, {}),
);

test("a pull request from a fork: no credentials, a read-only token, and a clear end", () =>
  inScene({}, async (scene) => {
    const run = await scene.deploy({}, { ...noCredentials, token: profiles.readOnly });
    expectWholeError(run, ["Pull requests from forks and from Dependabot get no credentials by design."]);
    expect(scene.asked()).toEqual([]);
    expect(scene.records()).toEqual([]);
  }));
