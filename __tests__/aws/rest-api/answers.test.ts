import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { gatewayService } from "../../../simulator/gateway/service.ts";
import { createWorld, seedRestApi } from "../../../simulator/gateway/world.ts";
import type { SimulatedResponse } from "../../../simulator/http/exchange.ts";
import type { SimulatorServer } from "../../../simulator/http/server.ts";
import { type Connection, connect } from "../../../src/aws/client.ts";
import type { Gateway } from "../../../src/aws/gateway.ts";
import { openGateway } from "../../../src/aws/rest-api/gateway.ts";
import { ActionError } from "../../../src/domain/errors.ts";
import { LINEAR, timed } from "../../cpu-time.ts";
import { damage, damaged } from "../../damage.ts";
import fc from "../../property.ts";
import { ordersApi } from "../../scene.ts";
import { seed, times } from "../../seed.ts";
import { errorOf } from "../error-of.ts";
import { serveAws } from "../serve-aws.ts";
import { surroundings, withoutWaiting } from "../surroundings.ts";

const world = createWorld({ rateLimits: false });
let server: SimulatorServer;
let gateway: Gateway;
let api: ReturnType<typeof seedRestApi>;
let deploymentId: string;
let connection: Connection;

beforeAll(async () => {
  server = await serveAws(gatewayService(world), world.region);
  connection = await connect(surroundings());
});

beforeEach(async () => {
  server.faults.clear();
  api = seedRestApi(world, ordersApi);
  gateway = openGateway(connection, api.id, withoutWaiting());
  deploymentId = (await gateway.createDeployment("before")).id;
  await gateway.createStage({ stageName: "prod", deploymentId, tags: {}, writes: [] });
});

afterAll(() => server.close());

const html = "<html><head><title>Blocked</title></head><body>Ask your administrator.</body></html>";

const page = (status: number): SimulatedResponse => ({
  status,
  headers: { "content-type": "text/html" },
  body: html,
});
const json = (status: number, body: string, headers: Record<string, string> = {}): SimulatedResponse => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body,
});

const always = (operation: string, response: SimulatedResponse): void =>
  server.faults.add({ operation, effect: { kind: "answer", when: "before", response }, times: 10_000 });

const reads: readonly (readonly [operation: string, read: () => Promise<unknown>])[] = [
  ["GetRestApi", () => gateway.getApi()],
  ["GetStages", () => gateway.getStages()],
  ["GetStage", () => gateway.getStage("prod")],
  ["GetDeployment", () => gateway.getDeployment(deploymentId, true)],
  ["GetDeployments", () => gateway.getDeployments()],
  ["GetResources", () => gateway.getDraft()],
  ["GetUsagePlans", () => gateway.getStageUsers(["prod"])],
  ["GetDomainNames", () => gateway.getStageUsers(["prod"])],
];

const strange: readonly (readonly [name: string, response: SimulatedResponse])[] = [
  ["{}", json(200, "{}")],
  ["[]", json(200, "[]")],
  ["null", json(200, "null")],
  ["[null]", json(200, "[null]")],
  ["a number", json(200, "7")],
  ["an empty body", json(200, "")],
  ["half an answer", json(200, '{"item":[{"stageName":"prod","deploy')],
  ["lists and texts of the wrong type", json(200, '{"item":7,"id":7,"name":[],"stageName":{}}')],
  ["a list of nothing", json(200, '{"item":[null],"id":null,"stageName":null}')],
  ["a list that is null", json(200, '{"item":null}')],
  ["a page with 200", page(200)],
  ["a page with 403", page(403)],
  ["a page with 404", page(404)],
  ["a page with 413", page(413)],
  ["{} with 403", json(403, "{}")],
  ["a message that is an object, with 404", json(404, '{"message":{"text":"no"}}')],
  ["an empty 404", json(404, "")],
  ["a redirect", { status: 302, headers: { location: "https://login.example.com/" }, body: "" }],
  ["a status that no read has", json(202, '{"item":[]}')],
];

describe("what is no answer of API Gateway's tells nothing", () => {
  // Every operation meets a third of the answers, and GetStages, by which records are retired, all of them.
  const cases = strange.map(([name, response], index) => {
    const some = reads.filter(([operation], place) => operation === "GetStages" || (index + place) % 3 === 0);
    return [name, response, some] as const;
  });

  test.each(cases)("%s", async (_, response, some) => {
    for (const [operation, read] of some) {
      server.faults.clear();
      always(operation, response);
      const before = server.exchanges.length;
      const error = await errorOf(read());
      expect(error).toMatchObject({ code: "UNREADABLE_ANSWER", acted: "unknown", kind: "upstream" });
      expect(error.message).not.toMatch(/hidden field|SyntaxError|undefined|Cannot read|<html/);
      // As a read, it was tried again first.
      const asked = server.exchanges.slice(before).filter((exchange) => exchange.operation === operation);
      expect(asked).toHaveLength(8);
    }
  });

  test("an API without stages answers an empty list", async () => {
    api.stages.clear();
    expect(await gateway.getStages()).toEqual([]);
  });

  test("a read that is answered well the second time is fine", async () => {
    server.faults.add({ operation: "GetStages", effect: { kind: "answer", when: "before", response: page(200) } });
    expect((await gateway.getStages()).map(({ name }) => name)).toEqual(["prod"]);
  });
});

describe("a write that is answered so is looked up", () => {
  const actsThenAnswers = (operation: string, response: SimulatedResponse): void =>
    server.faults.add({ operation, effect: { kind: "answer", when: "after", response } });

  test.each(strange.filter(([name]) => name !== "a status that no read has"))("%s", async (_, response) => {
    actsThenAnswers("CreateDeployment", response);
    const before = api.deployments.size;
    const made = await gateway.createDeployment("after");
    expect(api.deployments.size).toBe(before + 1);
    expect(api.deployments.get(made.id)?.description).toBe("after");

    actsThenAnswers("CreateStage", response);
    const stage = await gateway.createStage({ stageName: "test", deploymentId: made.id, tags: {}, writes: [] });
    expect(stage.deploymentId).toBe(made.id);

    actsThenAnswers("UpdateStage", response);
    const patch = [{ kind: "deployment", id: made.id }] as const;
    const pointed = await gateway.updateStage("prod", patch, (now) => now.deploymentId === made.id);
    expect(pointed.deploymentId).toBe(made.id);

    actsThenAnswers("TagResource", response);
    await gateway.tagStage("prod", { a: "b" }, []);
    expect(api.stages.get("prod")?.tags).toEqual({ a: "b" });

    actsThenAnswers("DeleteStage", response);
    expect(await gateway.deleteStage("test", () => true)).toBe("deleted");
    expect(api.stages.has("test")).toBe(false);
  });

  test.each([200, 403, 404, 413])(
    "an import that a page answers with %d is not the definition's fault",
    async (status) => {
      always("PutRestApi", page(status));
      const error = await errorOf(gateway.importDefinition("openapi.yml", Buffer.from("{}"), "merge", false));
      expect(error).toMatchObject({ code: "UNREADABLE_ANSWER", acted: "unknown" });
    },
  );
});

describe("errors go by status and operation", () => {
  test.each(["GetRestApi", "GetStages", "GetDeployments", "GetResources"])(
    "a 404 of %s in any words",
    async (operation) => {
      always(operation, json(404, '{"message":"Nichts gefunden"}', { "x-amzn-errortype": "NotFoundException" }));
      const [, read] = reads.find(([name]) => name === operation) ?? [];
      expect((await errorOf(read?.() ?? Promise.resolve())).code).toBe("UNKNOWN_API");
    },
  );

  test.each([
    ["a text", '{"message":""}'],
    ["an object", '{"message":{"a":1}}'],
    ["nothing at all", ""],
    ["a page", html],
  ])("an error whose message is %s keeps its name", async (_, body) => {
    always("GetStages", json(403, body, { "x-amzn-errortype": "ExpiredTokenException" }));
    const error = await errorOf(gateway.getStages());
    expect(error.code).toBe("CREDENTIALS_EXPIRED");
    expect(error.happened).toContain("403 (ExpiredTokenException) and did not say why");
  });

  test("100,000 blanks are read at once", async () => {
    const message = `Errors:${" ".repeat(100_000)}\n${" ".repeat(100_000)}a${"\t".repeat(100_000)}b`;
    always("PutRestApi", json(400, JSON.stringify({ message }), { "x-amzn-errortype": "BadRequestException" }));
    const { result: error, seconds } = await timed(() =>
      errorOf(gateway.importDefinition("openapi.yml", Buffer.from("{}"), "merge", true)),
    );
    expect(seconds).toBeLessThan(LINEAR);
    expect(error.code).toBe("INVALID_DEFINITION");
    expect(error.message.length).toBeLessThan(20_000);
  });
});

describe("lists end", () => {
  const pages = (positionOf: (number: number) => string) => {
    let number = 0;
    server.gate = async (exchange) => {
      if (exchange.operation !== "GetDeployments") return;
      server.faults.clear();
      const body = JSON.stringify({ item: [], position: positionOf(number) });
      number += 1;
      server.faults.add({ effect: { kind: "answer", when: "before", response: json(200, body) } });
    };
  };

  test.each([
    ["a position that comes back", (number: number) => (number % 2 === 0 ? "one" : "other")],
    ["more pages than there can be", (number: number) => String(number)],
  ])("%s", async (_, positionOf) => {
    pages(positionOf);
    const error = await errorOf(gateway.getDeployments());
    server.gate = undefined;
    expect(error).toMatchObject({ code: "UNREADABLE_ANSWER" });
    expect(error.happened).toMatch(/comes back|more than 200 pages/);
  });

  test("a page of more than there can be", async () => {
    const item = Array.from({ length: 100_001 }, (_, index) => ({ id: `d${index}`, createdDate: 1 }));
    always("GetDeployments", json(200, JSON.stringify({ item })));
    const error = await errorOf(gateway.getDeployments());
    expect(error).toMatchObject({ code: "UNREADABLE_ANSWER" });
    expect(error.happened).toContain("more than 100000 items");
  });
});

describe("the routes of a deployment", () => {
  const told = async (apiSummary: unknown): Promise<unknown> => {
    const body = JSON.stringify({ id: deploymentId, createdDate: 1, apiSummary });
    always("GetDeployment", json(200, body));
    return (await gateway.getDeployment(deploymentId, true))?.routes;
  };

  test("are those of its summary", async () => {
    const routes = await told({ "/": { get: { authorizationType: "NONE", apiKeyRequired: true } } });
    expect(routes).toEqual(new Map([["GET /", { authorizationType: "NONE", apiKeyRequired: true }]]));
  });

  test.each([
    ["a summary that is missing", undefined],
    ["a summary that is null", null],
    ["a summary without routes", {}],
    ["a method that does not say what it asks for", { "/": { GET: {} } }],
  ])("I8: are not known by %s", async (_, apiSummary) => {
    expect(await told(apiSummary)).toBeUndefined();
  });
});

describe(`a property: whatever becomes of an answer (seed ${seed})`, () => {
  const answers = fc.record({
    damages: damage,
    status: fc.constantFrom(200, 200, 200, 201, 204, 301, 400, 403, 404, 409, 413, 429, 500, 502),
    cut: fc.option(fc.nat(400)),
    name: fc.option(fc.constantFrom("NotFoundException", "BadRequestException", "AccessDeniedException", "Odd")),
  });

  const bodies = async (): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>();
    for (const [operation, read] of reads) {
      await read();
      const { request } = server.exchanges.filter((exchange) => exchange.operation === operation).at(-1) ?? {};
      const answer = await fetch(new URL(request?.url.href ?? ""), {
        headers: { ...(request?.headers as Record<string, string>) },
      });
      found.set(operation, await answer.text());
    }
    return found;
  };

  const areStages = (value: unknown): void => {
    for (const { name, deploymentId: serves, tags } of value as Awaited<ReturnType<Gateway["getStages"]>>) {
      expect([typeof name, typeof serves, typeof tags]).toEqual(["string", "string", "object"]);
      expect(name).not.toBe("");
    }
  };

  const isInOurWords = (thrown: unknown): void => {
    expect(thrown).toBeInstanceOf(ActionError);
    const { kind, message, remedy } = thrown as ActionError;
    expect(kind).not.toBe("bug");
    expect(message).not.toMatch(/hidden field|SyntaxError|is not a function|Cannot read|\[object Object\]/);
    expect(remedy).not.toBe("");
  };

  type Answer = typeof answers extends fc.Arbitrary<infer T> ? T : never;

  const answered = ({ damages, status, cut, name }: Answer, whole: string): SimulatedResponse => {
    const text = damaged(whole, damages).slice(0, cut ?? undefined);
    return json(status, status === 204 ? "" : text, name === null ? {} : { "x-amzn-errortype": name });
  };

  test("a read ends in a value of its type or in one error in our own words", async () => {
    const whole = await bodies();
    const check = fc.asyncProperty(fc.constantFrom(...reads), answers, async ([operation, read], answer) => {
      server.faults.clear();
      always(operation, answered(answer, whole.get(operation) ?? "{}"));
      await read().then(operation === "GetStages" ? areStages : undefined, isInOurWords);
    });
    await fc.assert(check, { seed, numRuns: 60 * times });
  });

  /** Writes, with what they leave where they took effect. */
  const writes: Readonly<Record<string, () => Promise<unknown>>> = {
    CreateDeployment: () => gateway.createDeployment("again"),
    CreateStage: () => gateway.createStage({ stageName: "test", deploymentId, tags: {}, writes: [] }),
    UpdateStage: () =>
      gateway.updateStage("prod", [{ kind: "attribute", member: "tracingEnabled", value: "true" }], () => true),
    TagResource: () => gateway.tagStage("prod", { a: "b" }, []),
    UntagResource: () => gateway.tagStage("prod", {}, ["a"]),
    PutRestApi: () => gateway.importDefinition("openapi.yml", Buffer.from(ordersApi), "overwrite", false),
    DeleteStage: () => gateway.deleteStage("test", () => true),
    DeleteDeployment: () => gateway.deleteDeployment("none00"),
  };

  test("I5: a write whose answer is damaged takes effect once at most, and ends as a read does", async () => {
    // 429 is the service's word that nothing was done.
    const done = answers.filter(({ status }) => status !== 429);
    const check = fc.asyncProperty(fc.constantFrom(...Object.keys(writes)), done, async (operation, answer) => {
      server.faults.clear();
      const { size } = api.deployments;
      server.faults.add({
        operation,
        effect: {
          kind: "change",
          change: (response) =>
            response.status < 300 && String(response.body) !== "" ? answered(answer, String(response.body)) : response,
        },
      });
      await writes[operation]?.().catch(isInOurWords);
      expect(api.deployments.size - size).toBeLessThanOrEqual(operation === "CreateDeployment" ? 1 : 0);
    });
    await fc.assert(check, { seed, numRuns: 40 * times });
  });
});
