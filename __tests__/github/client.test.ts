import { describe, expect, test } from "@jest/globals";
import { openSecrets } from "../../src/domain/secrets.ts";
import { connectGitHub, type GitHubClient } from "../../src/github/client.ts";
import { createRecord } from "../../src/github/records.ts";
import { verdictOf } from "../../src/github/retry.ts";
import {
  explainTrouble,
  GitHubRefusal,
  GitHubUnreachable,
  NotOffered,
  UnreadableAnswer,
} from "../../src/github/trouble.ts";
import { answering } from "./in-process.ts";
import { aNewRecord, connect, openGitHub } from "./scene.ts";

const apiUrl = "https://api.github.test";
const limits = { time: 300, bytes: 100_000 };
const clientOf = (fetch: typeof globalThis.fetch): GitHubClient => connect(apiUrl, { fetch, limits });

const read = (client: GitHubClient) => client.rest("GET /check-runs/{check_run_id}", { check_run_id: 1 });
const post = (client: GitHubClient) => client.rest("POST /deployments", { ref: "x" });
const edit = (client: GitHubClient) => client.rest("PATCH /issues/comments/{comment_id}", { comment_id: 1, body: "x" });
const ask = (client: GitHubClient) => client.graphql("query { viewer { login } }", {});
const requests = [
  ["a read", read, 200],
  ["a POST", post, 201],
  ["an edit", edit, 200],
  ["a query", ask, 200],
] as const;

const troubleOf = async (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => "no trouble",
    (thrown) => thrown,
  );

const page = "<html><head><title>Access denied</title></head></html>";
const pageHeaders = { "content-type": "text/html" };
const stream = (chunks: readonly string[], ends: boolean): ReadableStream =>
  new ReadableStream({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      if (ends) controller.close();
    },
  });

describe.each(requests)("%s", (_name, send, success) => {
  test.each([
    ["an empty body", "", /empty/],
    ["a page", page, /page of something in between/],
    ["half a JSON text", '{"id": 1, "no', /not what GitHub answers/],
    ["JSON null", "null", /not what GitHub answers/],
    ["JSON text", '"fine"', /not what GitHub answers/],
  ])("is not done when its answer is %s", async (_, body, what) => {
    const trouble = await troubleOf(send(clientOf(answering(success, body).fetch)));
    expect(trouble).toBeInstanceOf(UnreadableAnswer);
    expect(verdictOf(trouble).kind).toBe("unknown");
    expect(explainTrouble(trouble, "do it", "checks: read")).toMatch(what);
  });

  test.each([403, 413])("does not take a proxy's page with status %d for GitHub's word", async (status) => {
    const trouble = await troubleOf(send(clientOf(answering(status, page, pageHeaders).fetch)));
    expect(verdictOf(trouble).kind).toBe("final");
    const text = explainTrouble(trouble, "do it", "deployments: write");
    expect(text).toContain(`could not be read (${status}, it is a page`);
    expect(text).not.toMatch(/permissions:|html/);
  });

  test("says what GitHub says, though its message is no text", async () => {
    const body = JSON.stringify({ message: { en: "No" }, documentation_url: 7 });
    const trouble = await troubleOf(send(clientOf(answering(422, body).fetch)));
    expect(explainTrouble(trouble, "do it", "checks: read")).toContain("GitHub answered 422.");
  });

  test("ends when the answer stops in the middle and nothing more comes", async () => {
    const { fetch } = answering(success, stream(['{"id":'], false));
    const trouble = await troubleOf(send(clientOf(fetch)));
    expect(trouble).toBeInstanceOf(GitHubUnreachable);
    expect(explainTrouble(trouble, "do it", "checks: read")).toContain("no whole answer within 0.3 seconds");
  });

  test("takes in no more than its limit", async () => {
    const chunk = `"${"x".repeat(60_000)}",`;
    let pulled = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new TextEncoder().encode(chunk));
      },
    });
    const trouble = await troubleOf(send(clientOf(answering(success, endless).fetch)));
    expect(trouble).toMatchObject({ name: "UnreadableAnswer", lasting: true });
    expect(pulled).toBeLessThan(6);
  });

  test("says that GitHub could not be reached, and does not make up a status", async () => {
    const { server } = await openGitHub();
    await server.close();
    const trouble = await troubleOf(send(connect(server.url)));
    expect(trouble).toBeInstanceOf(GitHubUnreachable);
    const text = explainTrouble(trouble, "do it", "checks: read");
    expect(text).toContain("GitHub could not be reached (connect ECONNREFUSED 127.0.0.1:");
    expect(text).not.toContain("500");
  });

  test.each([
    ["a token that no header may hold", { token: "ghs_secret\n" }],
    ["an address that is none", { apiUrl: "api.github.test" }],
  ])("is not sent, and not again, with %s", async (_, changes) => {
    const { fetch, sent } = answering(success, "{}");
    const repository = { owner: "acme", name: "orders" };
    const trouble = await troubleOf(
      send(connectGitHub({ token: "t", apiUrl, repository, fetch, secrets: openSecrets(), ...changes })),
    );
    expect(sent).toEqual([]);
    expect(verdictOf(trouble).kind).toBe("final");
    expect(explainTrouble(trouble, "do it", "checks: read")).not.toContain("secret");
  });

  test("keeps Node's words, which may quote the token, to itself", async () => {
    const fetch = async (): Promise<Response> => {
      throw new TypeError('Headers.append: "Bearer ghs_secret" is an invalid header value.');
    };
    const text = explainTrouble(await troubleOf(send(clientOf(fetch))), "do it", "checks: read");
    expect(text).toContain("GitHub could not be reached (the request could not be sent)");
  });
});

describe("a write that is redirected has not been done", () => {
  test.each([301, 302, 303, 307, 308])("%d", async (status) => {
    const scene = await openGitHub();
    const headers = { location: `${scene.server.url}/repos/acme/orders` };
    const response = { status, headers, body: "" };
    for (const send of [post, edit, ask]) {
      scene.server.faults.add({ effect: { kind: "answer", when: "before", response } });
      const trouble = await troubleOf(send(scene.client));
      expect(trouble).toMatchObject({ name: "UnreadableAnswer", status });
      expect(verdictOf(trouble).kind).toBe("final");
    }
    expect(scene.operations()).toHaveLength(3);
  });

  test("while a read follows", async () => {
    const scene = await openGitHub();
    const headers = { location: `${scene.server.url}/repositories/${scene.repository.id}/deployments` };
    scene.server.faults.add({
      effect: { kind: "answer", when: "before", response: { status: 301, headers, body: "" } },
    });
    expect(await scene.client.rest("GET /deployments")).toEqual([]);
  });
});

test.each([
  [200, '{"id": 1}'],
  [202, '{"message": "Auto-merged main into topic on deployment."}'],
  [204, ""],
])("a POST is done with 201 only, not with %d", async (status, body) => {
  const { fetch } = answering(status, status === 204 ? (null as unknown as string) : body);
  expect(await troubleOf(post(clientOf(fetch)))).toMatchObject({ status });
});

test.each([["-5"], ["1e9"], ["0x10"], [""], ["soon"], ["Wed, 21 Oct 2026 07:28:00 GMT"], ["99999999"], ["3600"]])(
  "retry-after %j is not waited for",
  async (value) => {
    const { fetch } = answering(429, '{"message": "Slow down."}', { "retry-after": value });
    expect(verdictOf(await troubleOf(post(clientOf(fetch)))).kind).toBe("final");
  },
);

test("a query goes where the server has GraphQL, and a REST request to its path", async () => {
  const { fetch, sent } = answering(200, '{"data": {}}');
  const repository = { owner: "acme", name: "orders" };
  for (const base of ["https://api.github.com", "https://ghe.example.com/api/v3", "https://ghe.example.com/api/v3/"])
    await ask(connectGitHub({ token: "t", apiUrl: base, repository, fetch, secrets: openSecrets() }));
  await clientOf(fetch).rest("GET /environments/{environment_name}", { environment_name: "prod/eu west", page: 2 });
  await clientOf(fetch).rest("GET /contents/{path}", { path: "api/open api.yml", ref: "a&b" });
  expect(sent.map(({ url }) => url)).toEqual([
    "https://api.github.com/graphql",
    "https://ghe.example.com/api/graphql",
    "https://ghe.example.com/api/graphql",
    `${apiUrl}/repos/acme/orders/environments/prod%2Feu%20west?page=2`,
    `${apiUrl}/repos/acme/orders/contents/api/open%20api.yml?ref=a%26b`,
  ]);
});

describe("GraphQL's answers", () => {
  const answer = (body: unknown) => ask(clientOf(answering(200, JSON.stringify(body)).fetch));

  test("what was refused stands beside what was not", async () => {
    const errors = [{ type: "FORBIDDEN", path: ["repository"], message: "No." }];
    expect(await answer({ data: { viewer: { login: "x" }, repository: null }, errors })).toMatchObject({
      data: { viewer: { login: "x" } },
      errors: [{ type: "FORBIDDEN", path: ["repository"], message: "No." }],
    });
  });

  test.each([[null], [7], ["broken"], [{ message: { a: 1 }, type: 5, path: "x", locations: null, extensions: [] }]])(
    "an error that is %j is an error all the same",
    async (error) => {
      expect((await answer({ data: {}, errors: [error] })).errors).toHaveLength(1);
      expect(await troubleOf(answer({ errors: [error] }))).toBeInstanceOf(GitHubRefusal);
    },
  );

  test.each([[{}], [[]], [[null]], [{ data: null }], [{ data: [] }], [{ data: "x" }], [{ errors: [] }]])(
    "%j is none",
    async (body) => {
      expect(await troubleOf(answer(body))).toBeInstanceOf(UnreadableAnswer);
    },
  );
});

describe("a server that lacks a part", () => {
  test("GraphQL: it is asked for once", async () => {
    const scene = await openGitHub();
    scene.world.missing.graphql = true;
    for (let count = 0; count < 3; count += 1) expect(await troubleOf(ask(scene.client))).toBeInstanceOf(NotOffered);
    expect(scene.operations()).toHaveLength(1);
  });

  test.each([
    ["a page", page, pageHeaders],
    ["Gitea's own JSON", '{"errors": null, "message": "not found", "url": "https://gitea.test/api/swagger"}', {}],
    ["plain text", "404 page not found\n", { "content-type": "text/plain" }],
  ])("its 404 is %s", async (_, body, headers) => {
    for (const send of [ask, post])
      expect(await troubleOf(send(clientOf(answering(404, body, headers).fetch)))).toBeInstanceOf(NotOffered);
  });

  test("deployments, which is not what GitHub says where the token may not see them", async () => {
    const scene = await openGitHub();
    scene.world.repositories.clear();
    expect(await troubleOf(post(scene.client))).toMatchObject({ name: "GitHubRefusal", status: 404 });
    scene.world.missing.deployments = true;
    expect(await troubleOf(post(scene.client))).toBeInstanceOf(NotOffered);
  });

  test("one warning says so: not three, and none that advises permissions", async () => {
    const scene = await openGitHub();
    scene.world.missing.graphql = true;
    scene.world.missing.deployments = true;
    const warnings = new Set((await scene.observing().observed).warnings);
    await createRecord(scene.client, aNewRecord(scene)).catch((thrown: unknown) =>
      warnings.add(explainTrouble(thrown, "record the deployment", "deployments: write")),
    );
    expect([...warnings]).toEqual([expect.stringMatching(/^The server http:.* does not offer all of GitHub's API/)]);
    expect([...warnings][0]).not.toContain("permissions:");
  });
});

describe("a schema that lacks fields", () => {
  test("is asked once more without them", async () => {
    const scene = await openGitHub();
    scene.world.missing.fields.add("PullRequest.isCrossRepository").add("IssueComment.fullDatabaseId");
    const ours = scene.ourComment("old");
    Object.assign(ours, { id: 7 });
    const { warnings, pullRequest } = await scene.observing({ githubDeployment: "never" }).observed;
    expect(warnings).toEqual([]);
    expect(pullRequest).toMatchObject({
      number: scene.pull.number,
      headCommit: scene.pull.head.sha,
      fromFork: undefined,
      comment: { id: 7 },
    });
    expect(scene.operations()).toEqual(["POST /graphql", "POST /graphql"]);
  });

  test("is asked once more only", async () => {
    const scene = await openGitHub();
    const errors = [
      {
        message: "Field 'login' doesn't exist on type 'User'",
        locations: [{ line: 1, column: 18 }],
        extensions: { code: "undefinedField", typeName: "User", fieldName: "login" },
      },
    ];
    const { fetch, sent } = answering(200, JSON.stringify({ errors }));
    const trouble = await troubleOf(clientOf(fetch).graphql("query { viewer { login id } }", {}));
    expect(trouble).toBeInstanceOf(GitHubRefusal);
    expect(sent.map(({ init }) => JSON.parse(String(init?.body)).query)).toEqual([
      "query { viewer { login id } }",
      "query { viewer {  id } }",
    ]);
    expect(scene.operations()).toEqual([]);
  });
});
