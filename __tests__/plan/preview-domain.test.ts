import { describe, expect, test } from "@jest/globals";
import type { DomainSeen, PreviewDomain } from "../../src/domain/preview-domain.ts";
import type { RoutingRule, RuleCondition } from "../../src/domain/routing-rule.ts";
import { isRefusal } from "../../src/plan/plan.ts";
import { freePriority } from "../../src/plan/preview-domain/priority.ts";
import { danglingRules } from "../../src/plan/preview-domain/removal.ts";
import { decideRule } from "../../src/plan/preview-domain/rule.ts";
import fc from "../property.ts";

const band = { from: 1000, to: 1009 };

describe("the priority", () => {
  test.each([
    [7, [], 1007],
    [7, [1007], 1008],
    [9, [1009], 1000],
    [10, [], 1000],
    [1234, [1004, 1005], 1006],
    [3, [1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 2000], undefined],
  ])("of pull request %d beside %j is %s", (number, taken, expected) => {
    expect(
      freePriority(
        number,
        band,
        taken.map((priority) => ({ priority })),
      ),
    ).toBe(expected);
  });

  test("lies in the band and is free, wherever there is one", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 100_000 }),
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 1, max: 30 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 930 })),
        (number, from, size, taken) => {
          const within = { from, to: from + size - 1 };
          const found = freePriority(
            number,
            within,
            taken.map((priority) => ({ priority })),
          );
          const free = Array.from({ length: size }, (_, index) => from + index).filter((one) => !taken.includes(one));
          expect(found === undefined ? free.length === 0 : free.includes(found)).toBe(true);
        },
      ),
    );
  });
});

const header = (name: string, glob: string): RuleCondition => ({ kind: "header", name, glob });
const basePath = (path: string): RuleCondition => ({ kind: "base-path", path });

const aRule = (rule: Partial<RoutingRule> = {}): RoutingRule => ({
  id: "r1",
  priority: 5,
  conditions: [basePath("users")],
  restApiId: "another123",
  stageName: "prod",
  stripsBasePath: true,
  ...rule,
});

const byHeader: PreviewDomain = {
  name: "api.example.com",
  id: undefined,
  band,
  header: "X-Preview",
  basePath: undefined,
};
const byPath: PreviewDomain = { ...byHeader, header: undefined, basePath: "pr-7" };

const seen = (changes: Partial<DomainSeen> = {}): DomainSeen => ({
  facts: { routingMode: "ROUTING_RULE_THEN_BASE_PATH_MAPPING", visibility: "public" },
  mappings: [],
  rules: [],
  httpApis: new Set(),
  ...changes,
});

const decide = (found: DomainSeen, domain = byHeader) =>
  decideRule({ restApiId: "a1b2c3d4e5", stageName: "pr-7", number: 7, domain, visibility: "public" }, found);

const made = (found: DomainSeen, domain = byHeader): Partial<RoutingRule> | undefined => {
  const decision = decide(found, domain);
  if (isRefusal(decision)) throw new Error(decision.happened);
  const step = decision.steps.find((one) => one.kind === "create-routing-rule");
  return step && { conditions: step.conditions, priority: step.priority, stripsBasePath: step.stripsBasePath };
};

const own = { restApiId: "a1b2c3d4e5", stageName: "pr-7" };

describe("by a header", () => {
  const ourApi = (path: string) => ({ apiId: "a1b2c3d4e5", basePath: path });

  test.each<[string, Partial<DomainSeen>, readonly RuleCondition[]]>([
    ["the root, where the domain does not have the API", {}, []],
    ["the root, where it has it there", { mappings: [ourApi("")] }, []],
    [
      "the API's place",
      { mappings: [ourApi("v1/orders"), { apiId: "another123", basePath: "" }] },
      [basePath("v1/orders")],
    ],
    [
      "the place that a rule gives it",
      { rules: [aRule({ restApiId: "a1b2c3d4e5", priority: 9000 })] },
      [basePath("users")],
    ],
    [
      "the root, where a rule leaves the path as it is",
      { rules: [aRule({ restApiId: "a1b2c3d4e5", priority: 9000, stripsBasePath: false })] },
      [],
    ],
    [
      "no place of a mapping that rules alone leave unused",
      { mappings: [ourApi("orders")], facts: { routingMode: "ROUTING_RULE_ONLY", visibility: "public" } },
      [],
    ],
  ])("at %s", (_, found, paths) => {
    expect(made(seen(found))).toEqual({
      conditions: [header("X-Preview", "pr-7"), ...paths],
      priority: 1007,
      stripsBasePath: paths.length > 0,
    });
  });

  test("a rule that is there is kept, whatever the case of its header's name; others of ours to the stage go", () => {
    const kept = aRule({ ...own, id: "kept", priority: 1003, conditions: [header("x-preview", "pr-7")] });
    const rules = [
      aRule({ ...own, id: "twin", priority: 1005, conditions: [header("X-Preview", "pr-7")] }),
      aRule({ ...own, id: "old", priority: 1001, conditions: [header("X-Other", "pr-7")] }),
      aRule({ ...own, id: "foreign", priority: 2000, conditions: [header("X-Preview", "pr-7")] }),
      kept,
    ];
    expect(decide(seen({ rules }))).toMatchObject({
      steps: [
        { kind: "delete-routing-rule", ruleId: "old" },
        { kind: "delete-routing-rule", ruleId: "twin" },
      ],
    });
  });

  test.each<[string, readonly RuleCondition[]]>([
    ["without a condition", []],
    ["by another value of the header", [header("X-Preview", "pr-*")]],
    ["by a condition that is not known", [header("X-Preview", "pr-7"), { kind: "other" }]],
    ["by two headers", [header("X-Preview", "pr-7"), header("X-Other", "pr-7")]],
  ])("I3: a rule of the band that no run makes is not ours, though it leads to the stage: %s", (_, conditions) => {
    const rules = [aRule({ ...own, priority: 1008, conditions })];
    expect(decide(seen({ rules }))).toMatchObject({ steps: [{ kind: "create-routing-rule", priority: 1007 }] });
    const known = { domain: byHeader, restApiId: own.restApiId, rules };
    expect(danglingRules(known, new Set())).toEqual([]);
  });

  test("a rule that comes before it and takes a part is a warning", () => {
    expect(decide(seen({ rules: [aRule()] }))).toMatchObject({
      warnings: [expect.stringContaining("base path /users")],
    });
    expect(decide(seen({ rules: [aRule({ ...own, stageName: "prod", priority: 1001 })] }))).toMatchObject({
      warnings: [expect.stringContaining("(priority 1001) comes before the preview's and takes base path /users")],
    });
    const conditions = [header("X-PREVIEW", "*-7"), basePath("users")];
    expect(decide(seen({ rules: [aRule({ conditions })] }))).toMatchObject({
      warnings: [expect.stringContaining("takes header X-PREVIEW: *-7 and base path /users: there")],
    });
    for (const other of [header("X-Preview", "PR-7"), header("X-Other", "pr-7"), header("X-Preview", "*8")]) {
      expect(decide(seen({ rules: [aRule({ conditions: [other] })] }))).toMatchObject({ warnings: [] });
    }
    expect(decide(seen({ rules: [aRule({ priority: 9000 })] }))).toMatchObject({ warnings: [] });
  });

  test("whether others are HTTP APIs is said to be unknown where it is", () => {
    const mappings = [{ apiId: "another123", basePath: "users" }];
    expect(decide(seen({ mappings, httpApis: undefined }))).toMatchObject({
      warnings: [expect.stringContaining("Could not list the HTTP APIs")],
    });
    expect(decide(seen({ mappings }))).toMatchObject({ warnings: [] });
  });
});

test("by a base path alone, which is taken off", () => {
  expect(made(seen({ mappings: [{ apiId: "a1b2c3d4e5", basePath: "" }] }), byPath)).toEqual({
    conditions: [basePath("pr-7")],
    priority: 1007,
    stripsBasePath: true,
  });
});

describe("refused, with what its owner has to do", () => {
  const full = Array.from({ length: 50 }, (_, index) => aRule({ id: `r${index}`, priority: 5000 + index }));
  const visibility = "public" as const;
  const cases: readonly [what: string, Partial<DomainSeen>, PreviewDomain, happened: string, remedy: string][] = [
    ["no such domain", { facts: undefined }, byHeader, "There is no custom domain", "get-domain-names"],
    ["an old domain", { facts: { routingMode: undefined, visibility } }, byHeader, "mappings alone", "--routing-mode"],
    [
      "a private domain",
      { facts: { routingMode: "ROUTING_RULE_ONLY", visibility: "private" } },
      byHeader,
      "private",
      "public domain",
    ],
    [
      "mappings to HTTP APIs",
      { mappings: [{ apiId: "http123456", basePath: "web" }], httpApis: new Set(["http123456"]) },
      byHeader,
      "/web to http123456",
      "another domain",
    ],
    [
      "the API at two places",
      { mappings: ["a", "b"].map((path) => ({ apiId: "a1b2c3d4e5", basePath: path })) },
      byHeader,
      "/a, /b",
      "preview-path",
    ],
    [
      "a rule that takes everything before",
      { rules: [aRule({ conditions: [] })] },
      byHeader,
      "takes every request at priority 5",
      "below 5",
    ],
    [
      "a rule by the same header that takes its value, too",
      { rules: [aRule({ conditions: [basePath("users"), header("x-preview", "pr-*")] })] },
      { ...byHeader, basePath: "users/v1" },
      "takes base path /users and header x-preview: pr-* at priority 5",
      "below 5",
    ],
    [
      "the same in the band, for a stage of the API that is no preview",
      { rules: [aRule({ ...own, stageName: "prod", priority: 1001, conditions: [] })] },
      byHeader,
      "takes every request at priority 1001",
      "below 1001",
    ],
    [
      "production's place in the band",
      {
        mappings: [{ apiId: "a1b2c3d4e5", basePath: "users" }],
        rules: [aRule({ ...own, stageName: "prod", priority: 1001 })],
      },
      byHeader,
      "takes base path /users at priority 1001",
      "below 1001",
    ],
    [
      "the base path of a mapping",
      { mappings: [{ apiId: "another123", basePath: "pr-7" }] },
      byPath,
      "mapping of API another123 at /pr-7",
      "another preview-path",
    ],
    [
      "a base path above a rule's",
      { rules: [aRule({ conditions: [basePath("pr-7/x"), header("a", "b")] })] },
      byPath,
      "routing rule r1 at /pr-7/x",
      "preview-header",
    ],
    [
      "another preview's base path",
      { rules: [aRule({ ...own, stageName: "pr-8", priority: 1008, conditions: [basePath("pr-7")] })] },
      byPath,
      "routing rule r1 at /pr-7",
      "another preview-path",
    ],
    ["50 rules", { rules: full }, byHeader, "has 50 routing rules", "command: sweep"],
    [
      "a full band",
      { rules: full.slice(0, 10).map((rule, index) => ({ ...rule, priority: 1000 + index })) },
      byHeader,
      "All priorities of 1000 to 1009",
      "wider preview-priority",
    ],
  ];

  test.each(cases)("%s", (_, found, domain, happened, remedy) => {
    expect(decide(seen(found), domain)).toMatchObject({
      happened: expect.stringContaining(happened),
      remedy: expect.stringContaining(remedy),
    });
  });

  test("all at once; more rules than the quota prove that it was raised", () => {
    const both = decide(seen({ facts: { routingMode: undefined, visibility: "private" }, rules: full }));
    expect(isRefusal(both) ? both.happened.split("\n") : []).toHaveLength(3);
    expect(isRefusal(decide(seen({ rules: [...full, aRule({ priority: 9000 })] })))).toBe(false);
  });

  test("never for a rule that a preview has already, where only the room is short", () => {
    const kept = aRule({ ...own, priority: 1007, conditions: [header("X-Preview", "pr-7")] });
    expect(decide(seen({ rules: [kept, ...full.slice(1)] }))).toMatchObject({ steps: [] });
  });
});
