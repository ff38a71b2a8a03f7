import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { pullRequestEvent, pushEvent } from "../../simulator/github/events.ts";
import { issueToken, openPullRequest } from "../../simulator/github/people.ts";
import { profiles } from "../../simulator/github/tokens.ts";
import { githubRefusal, refusal } from "../faults/effects.ts";
import fc from "../property.ts";
import { inWorkspace as openWorkspace, yamlWith } from "./files.ts";
import { dataPlane } from "./release-scene.ts";
import { type Ended, inScene, kinds, type Scene } from "./scene.ts";

/** Like AWS's own: a session token is base64, and begins with the same letters always. */
const sessionToken = `IQoJb3JpZ2luX2VjEJX${"aB3+/".repeat(30)}==`;
const secretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKEY";
const accessKey = "ASIAQ3EGRIGSEXAMPLE0";
const githubToken = `ghs_${"Zk9".repeat(12)}`;
const credentials = {
  AWS_ACCESS_KEY_ID: accessKey,
  AWS_SECRET_ACCESS_KEY: secretKey,
  AWS_SESSION_TOKEN: sessionToken,
};

/** All that was written to AWS and GitHub: tags, descriptions, payloads, comments. The file is sent as it is. */
const writtenBy = ({ gateway, github }: Scene): readonly string[] =>
  [...gateway.server.exchanges, ...github.server.exchanges]
    .filter(({ operation, request: { method } }) => method !== "GET" && !/^(?:PutRestApi|ReimportApi)$/.test(operation))
    .map(({ request: { url, body } }) => `${decodeURIComponent(url.href)} ${body.toString("utf8")}`);

/** What the runner, and everybody who reads the repository, can see of the run. The runner shows the inputs itself. */
const seenOf = (scene: Scene, run: Ended): string =>
  [
    ...run.log.slice(run.log.indexOf("##[endgroup]") + 1),
    JSON.stringify([run.outputs, run.steps[0]?.state, run.annotations]),
    run.summary,
    ...scene.comments().map(({ body }) => body),
    // Tags and descriptions, too, are for everybody who reads the account.
    ...writtenBy(scene),
    JSON.stringify(scene.records()),
  ]
    .join("\n")
    // Escaping would hide it from a test, and not from a reader.
    .replaceAll(/[\\\u200b]/g, "");

const expectHidden = (scene: Scene, run: Ended, ...secrets: readonly string[]): void => {
  const seen = seenOf(scene, run);
  for (const secret of secrets) expect(seen).not.toContain(secret.replaceAll(/[\\\u200b]/g, "").slice(0, 19));
  expect(seen).toContain("***");
};

/** The service's answer to a wrong secret key, in the words of its documentation (IAM, "Troubleshoot Signature Version 4"). */
const mismatch = `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.

The Canonical String for this request should have been
'GET
/restapis/a1b2c3d4e5

host:apigateway.eu-central-1.amazonaws.com
x-amz-date:20260101T000000Z
x-amz-security-token:${sessionToken}

host;x-amz-date;x-amz-security-token
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

The String-to-Sign should have been
'AWS4-HMAC-SHA256
20260101T000000Z
20260101/eu-central-1/apigateway/aws4_request
${"0f".repeat(32)}'
`;

describe.each(kinds)("of $name:", (kind) => {
  const inWorkspace: typeof openWorkspace = (given, play, more) =>
    openWorkspace(given, play, { ...kind.options, ...more });

  test.each([kind.readsApi, "GetStages", "CreateDeployment", "CreateStage"])(
    "I10: a session token that AWS echoes at %s reaches nobody",
    (operation) =>
      inScene(kind.options, async (scene) => {
        const effect = refusal(403, "SignatureDoesNotMatch", mismatch);
        scene.gateway.server.faults.add({ operation, effect, times: 99 });
        const run = await scene.deploy({}, { runner: { env: credentials } });
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("The request signature we calculated does not match");
        expectHidden(scene, run, sessionToken);
      }),
  );

  test("I10: credentials that the SDK's chain found elsewhere than in variables are hidden as well", () =>
    inScene(kind.options, async (scene) => {
      const folder = await mkdtemp(join(tmpdir(), "credentials-"));
      const file = join(folder, "credentials");
      await writeFile(file, `[default]\naws_access_key_id=${accessKey}\naws_secret_access_key=${secretKey}\n`);
      const effect = refusal(400, "BadRequestException", `The key ${secretKey} is not the one of ${accessKey}`);
      scene.gateway.server.faults.add({ operation: "CreateStage", effect });
      const run = await scene.deploy(
        {},
        { runner: { env: { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SHARED_CREDENTIALS_FILE: file } } },
      );
      expect(run.text).toContain("The key *** is not the one of ***");
      expectHidden(scene, run, secretKey, accessKey);
      await rm(folder, { recursive: true });
    }));

  test.each([
    ["a credential in use", githubToken],
    ["another one", `ghp_${"Ab3".repeat(12)}`],
  ])("I10: a branch that is called like %s leaves it in no tag", (_, secret) =>
    inWorkspace({ "openapi.yml": yamlWith({ "GET /orders": {} }, {}, kind.dialect) }, async (scene, { job }) => {
      issueToken(scene.github.world, githubToken, profiles.full);
      const branch = `feature/${secret}`;
      const event = { ...pushEvent(scene.repository, "main", "alice"), ref: `refs/heads/${branch}` };
      const inputs = { "stage-name": "test", definition: "openapi.yml", "github-token": githubToken };
      const run = await scene.deploy(inputs, { event, runner: { ...job.runner, env: credentials } });
      expect(run.conclusion).toBe("success");
      expect(scene.api.tags?.["apigw-stage-action-draft"]).toMatch(/ ref=refs\/heads\/feature\/---$/);
      expect(seenOf(scene, run)).not.toContain(secret.slice(0, 19));
    }),
  );

  /** Everything that people and services say says this, too; the operation is refused with it. */
  const sayEverywhere = (scene: Scene, text: string, refused: string): void => {
    scene.api.name = text;
    scene.addStage("other", { description: text, variables: { said: text }, tags: { said: text } });
    const { faults } = scene.gateway.server;
    faults.add({ operation: refused, effect: refusal(400, "BadRequestException", `${text}\n\t${text}`) });
    const operation = "POST /repos/{owner}/{repo}/deployments";
    scene.github.server.faults.add({ operation, effect: githubRefusal(403, text), times: 9 });
  };

  test("I10: an echoed secret reaches nobody, whichever it is and wherever it comes from", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(accessKey, secretKey, sessionToken, githubToken),
        fc.constantFrom(kind.imports, "CreateDeployment", "GetDeployment", "CreateStage", "nothing"),
        fc.string({ maxLength: 12 }),
        (secret, refused, around) => {
          const text = `${around}${secret}${around}`;
          const definition = yamlWith(
            { "GET /orders": { answer: secret } },
            { info: { title: text, version: "1" } },
            kind.dialect,
          );
          return inWorkspace({ "openapi.yml": definition }, async (scene, { job }) => {
            // With a token that GitHub knows, comment and record are written as well.
            issueToken(scene.github.world, githubToken, profiles.full);
            sayEverywhere(scene, text, refused);
            const people = { user: "mallory", headRef: `feature/${secret}`, title: text };
            const pull = openPullRequest(scene.github.world, scene.repository, people);
            const run = await scene.deploy(
              {
                "github-token": githubToken,
                environment: text.replaceAll(/\p{Cc}/gu, ""),
                settings: "tags: { a: b }",
                definition: "openapi.yml",
                // The stage itself answers with it, too.
                "smoke-tests": "GET /orders 201",
                "smoke-test-timeout": "1",
                "invoke-url": dataPlane(scene),
              },
              {
                event: pullRequestEvent(scene.repository, pull, "opened"),
                runner: { ...job.runner, env: credentials },
              },
            );
            expect(run.conclusion).toBe("failure");
            expectHidden(scene, run, secret);
          });
        },
      ),
      { numRuns: 5 },
    ));
});
