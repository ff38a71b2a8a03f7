import { describe, expect, test } from "@jest/globals";
import { darkTag } from "../../src/domain/dark-stage.ts";
import { describe as description, markerOf } from "../../src/domain/marker.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import type { PullRequestState } from "../../src/domain/pull-request.ts";
import type { Deployment, Stage } from "../../src/domain/stage.ts";
import type { SweepRequest } from "../../src/inputs/sweep-request.ts";
import type { SweepObserved } from "../../src/observe/observed.ts";
import { historyTag } from "../../src/plan/history.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { isRemoval } from "../../src/plan/step.ts";
import { endingStages, planSweep, pullRequestsOf } from "../../src/plan/sweep.ts";
import { plansTag } from "../../src/plan/usage-plans.ts";
import fc from "../property.ts";
import { aRecord, aRun, aStage, aSweep, sweepFinds } from "../requests.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = 1_800_000_000_000;
const restApiId = "a1b2c3d4e5";

const ownedBy = (stageName: string, pullRequest: number | undefined, repositoryId = "42") =>
  ownerTags({ repositoryId, pullRequest }, { restApiId, stageName });
const stage = (name: string, deploymentId: string, changes: Partial<Stage> = {}): Stage =>
  aStage({ name, deploymentId, createdAt: now - 30 * DAY, tags: {}, ...changes });
const preview = (number: number, deploymentId: string, changes: Partial<Stage> = {}): Stage =>
  stage(`pr-${number}`, deploymentId, { tags: ownedBy(`pr-${number}`, number), ...changes });
const made = (id: string, stageName: string, age: number, repositoryId = "42"): Deployment => {
  const run = aRun();
  const marker = markerOf({ ...run, repository: { ...run.repository, id: repositoryId } }, stageName);
  return { id, description: description(marker), createdAt: now - age };
};
const madeForPreview = (id: string, number: number, age: number): Deployment => ({
  ...made(id, `pr-${number}`, age),
  description: description(markerOf(aRun(), `pr-${number}`, { previewOf: number })),
});

type Changes = Partial<SweepObserved> & Partial<Pick<SweepRequest, "ttl" | "keepDeployments">>;
type World = { readonly request: SweepRequest; readonly found: SweepObserved };

const worldOf = ({ ttl, keepDeployments = 20, ...changes }: Changes = {}): World => ({
  request: aSweep({ ttl, keepDeployments }),
  found: sweepFinds({ now, ...changes }),
});
const planOf = ({ request, found }: World) => planSweep(request, found);
const sweep = (changes: Changes) => planOf(worldOf(changes));
const names = ({ steps }: Plan) =>
  steps.filter(isRemoval).map((step) => (step.kind === "delete-stage" ? step.stageName : step.deploymentId));
const states = (...entries: readonly (readonly [number, PullRequestState])[]) => new Map(entries);

test("a dark stage that a run has left leaves its usage plans and goes, once it is an hour old", () => {
  const address = { restApiId, stageName: "prod-next" };
  const tags = { ...ownedBy("prod-next", undefined), ...darkTag(aRun(), address), ...plansTag(["u1"], address) };
  const used = { found: [{ kind: "usage-plan", id: "u1", name: "Gold" }], unknown: [] } as const;
  const left = (age: number) => ({ stages: [stage("prod-next", "d1", { tags, createdAt: now - age })] });
  expect(endingStages(aSweep(), sweepFinds({ now, ...left(2 * HOUR) }))).toEqual(["prod-next"]);
  const { steps } = sweep({ ...left(2 * HOUR), users: new Map([["prod-next", used]]) });
  expect(steps.map(({ kind }) => kind)).toEqual(["leave-usage-plan", "delete-stage"]);
  expect(sweep(left(HOUR / 2)).steps).toEqual([]);
});

describe("stages", () => {
  test.each([
    ["closed", [7, "closed"], ["pr-7", "d7"]],
    ["gone", [7, "gone"], ["pr-7", "d7"]],
    ["open", [7, "open"], []],
    ["unknown", [7, "unknown"], []],
    ["not asked about", [8, "closed"], []],
  ] as const)("of a pull request that is %s", (_, state, expected) => {
    const plan = sweep({
      stages: [preview(7, "d7")],
      deployments: [made("d7", "pr-7", DAY)],
      pullRequests: states(state),
    });
    expect(names(plan)).toEqual(expected);
    expect(plan.left.filter(({ kind }) => kind === "stage")).toHaveLength(expected.length === 0 ? 1 : 0);
  });

  test("I3: stay when they are not proven previews of this repository, and the table says why", () => {
    const plan = sweep({
      stages: [
        stage("byhand", "a"),
        stage("copied", "b", { tags: ownedBy("pr-7", 7) }),
        stage("theirs", "c", { tags: ownedBy("theirs", 7, "99") }),
        stage("prod", "d", { tags: ownedBy("prod", undefined) }),
      ],
      pullRequests: states([7, "closed"]),
      ttl: 1,
    });
    expect(plan.steps).toEqual([]);
    expect(plan.left).toEqual([
      { kind: "stage", stageName: "byhand", because: "nothing proves that this action made it" },
      { kind: "stage", stageName: "copied", because: "nothing proves that this action made it" },
      { kind: "stage", stageName: "theirs", because: "it belongs to repository 99" },
      { kind: "stage", stageName: "prod", because: "it is not a preview" },
    ]);
  });

  test.each([
    ["the stage and its deployment are old", 30, 9, ["pr-7", "d7"]],
    ["it was deployed lately", 30, 2, []],
    ["it is new", 2, 9, []],
  ])("expire by their last deployment: %s", (_, stageAge, deploymentAge, expected) => {
    const plan = sweep({
      stages: [preview(7, "d7", { createdAt: now - stageAge * DAY })],
      deployments: [made("d7", "pr-7", deploymentAge * DAY)],
      pullRequests: states([7, "open"]),
      ttl: 7 * DAY,
    });
    expect(names(plan)).toEqual(expected);
  });

  test("I8: of unknown age do not expire", () => {
    expect(names(sweep({ stages: [preview(7, "d7", { createdAt: undefined })], ttl: 1 }))).toEqual([]);
  });

  test("in use stay, with the names of what uses them", () => {
    const found = [{ kind: "usage-plan", id: "u1", name: "Gold" }] as const;
    const plan = sweep({
      stages: [preview(7, "d7")],
      pullRequests: states([7, "closed"]),
      users: new Map([["pr-7", { found, unknown: [] }]]),
    });
    expect(plan.steps).toEqual([]);
    expect(plan.left).toEqual([
      {
        kind: "stage",
        stageName: "pr-7",
        because: "pull request #7 is closed, but the stage is in use: usage plan Gold (u1)",
      },
    ]);
  });

  test("whose use is not known go, with one warning", () => {
    const unknown = { found: [], unknown: ["No permission."] };
    const plan = sweep({
      stages: [preview(7, "d7"), preview(8, "d8")],
      pullRequests: states([7, "closed"], [8, "closed"]),
      users: new Map([
        ["pr-7", unknown],
        ["pr-8", unknown],
      ]),
    });
    expect(names(plan)).toEqual(["pr-7", "pr-8"]);
    expect(plan.warnings).toEqual(["No permission."]);
  });
});

describe("deployments", () => {
  const prod = stage("prod", "p9", { tags: ownedBy("prod", undefined) });
  const series = (stageName: string, prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => made(`${prefix}${index}`, stageName, (count - index) * DAY));

  test("beyond the newest are pruned, the oldest first", () => {
    const deployments = series("prod", "p", 10).reverse();
    expect(names(sweep({ stages: [prod], deployments, keepDeployments: 3 }))).toEqual([
      "p0",
      "p1",
      "p2",
      "p3",
      "p4",
      "p5",
    ]);
    expect(names(sweep({ stages: [prod], deployments, keepDeployments: 0 }))).toEqual([]);
  });

  test("many of previews do not push out those of a stage that remains", () => {
    const deployments = [
      ...series("prod", "p", 5),
      ...series("pr-1", "x", 4).map((one) => ({ ...one, createdAt: now - 2 * HOUR })),
    ];
    const plan = sweep({ stages: [prod], deployments, keepDeployments: 5 });
    expect(plan.steps).toEqual([]);
    expect(plan.left).toContainEqual({ kind: "deployments", count: 9, because: "they are among the newest 5" });
  });

  test("of a preview that ends go with it, and do not count", () => {
    const plan = sweep({
      stages: [preview(7, "x2"), prod],
      deployments: [...series("pr-7", "x", 3), ...series("prod", "p", 3)],
      pullRequests: states([7, "closed"]),
      keepDeployments: 3,
    });
    expect(names(plan)).toEqual(["pr-7", "x0", "x1", "x2"]);
  });

  test("of a preview that is gone go whatever their rank and whether or not GitHub tells anything of it", () => {
    const deployments = [madeForPreview("x1", 7, DAY), madeForPreview("x2", 7, HOUR / 2), made("y1", "staging", DAY)];
    const plan = sweep({ stages: [prod], deployments });
    expect(plan.steps).toEqual([
      expect.objectContaining({
        deploymentId: "x1",
        because: "it was made for the preview of pull request #7, which is gone",
      }),
    ]);
    expect(names(sweep({ stages: [prod], deployments, keepDeployments: 0 }))).toEqual([]);
    expect(names(sweep({ stages: [prod, preview(7, "x2")], deployments }))).toEqual([]);
  });

  test("of a preview that is gone stay while a stage serves them or may be rolled back to them", () => {
    const tags = {
      ...prod.tags,
      ...historyTag([{ deploymentId: "x1", at: now - DAY, rolledBack: false }], { restApiId, stageName: "prod" }),
    };
    const deployments = [
      madeForPreview("x1", 7, 3 * DAY),
      madeForPreview("x2", 7, 2 * DAY),
      madeForPreview("x3", 7, DAY),
    ];
    expect(names(sweep({ stages: [{ ...prod, deploymentId: "x2", tags }], deployments }))).toEqual(["x3"]);
  });

  test("that a run may be about to use stay, unless it is what the ended stage serves", () => {
    const plan = sweep({
      stages: [preview(7, "x1")],
      deployments: [made("x1", "pr-7", HOUR / 2), made("x2", "pr-7", HOUR / 3), made("x3", "pr-9", HOUR / 3)],
      pullRequests: states([7, "closed"]),
      keepDeployments: 1,
    });
    expect(names(plan)).toEqual(["pr-7", "x1"]);
    expect(plan.left.filter(({ kind }) => kind === "deployments")).toHaveLength(2);
  });

  test("that a lasting stage of ours may be rolled back to stay", () => {
    const entries = [{ deploymentId: "p0", at: now - DAY, rolledBack: false }];
    const tags = { ...prod.tags, ...historyTag(entries, { restApiId, stageName: "prod" }) };
    const deployments = series("prod", "p", 6);
    expect(names(sweep({ stages: [{ ...prod, tags }], deployments, keepDeployments: 2 }))).toEqual(["p1", "p2", "p3"]);
  });

  test("300 of them and 50 previews are told in a few lines", () => {
    const previews = Array.from({ length: 50 }, (_, index) => preview(index + 1, `s${index + 1}`));
    const plan = sweep({
      stages: [...previews, prod],
      deployments: series("prod", "p", 300),
      pullRequests: new Map(previews.map((_, index) => [index + 1, index < 25 ? "closed" : "open"])),
    });
    expect(plan.steps.filter(({ kind }) => kind === "delete-stage")).toHaveLength(25);
    expect(plan.steps.filter(({ kind }) => kind === "delete-deployment")).toHaveLength(279);
    expect(plan.left.filter(({ kind }) => kind === "deployments")).toHaveLength(2);
  });
});

test("the pull requests to ask about are those of this repository's previews, once each", () => {
  const stages = [
    preview(9, "a"),
    preview(7, "b"),
    stage("web-7", "c", { tags: ownedBy("web-7", 7) }),
    stage("theirs", "d", { tags: ownedBy("theirs", 3, "99") }),
    stage("prod", "e", { tags: ownedBy("prod", undefined) }),
    stage("copied", "f", { tags: ownedBy("pr-1", 1) }),
  ];
  expect(pullRequestsOf(stages, restApiId, "42")).toEqual([7, 9]);
});

/** Worlds with stages and deployments of ours, of others and of nobody, referenced and not. */
const worlds = fc
  .record({
    stages: fc.uniqueArray(
      fc.record({
        number: fc.integer({ min: 1, max: 9 }),
        kind: fc.constantFrom("preview", "lasting", "theirs", "copied", "untagged"),
        serves: fc.nat(29),
        canary: fc.option(fc.nat(29), { nil: undefined }),
        age: fc.option(fc.integer({ min: 0, max: 20 * 24 }), { nil: undefined }),
        used: fc.boolean(),
      }),
      { selector: ({ number }) => number, maxLength: 9 },
    ),
    deployments: fc.array(
      fc.record({
        of: fc.integer({ min: 1, max: 11 }),
        maker: fc.constantFrom("ours", "ours, of a preview", "theirs", "nobody"),
        age: fc.integer({ min: 0, max: 20 * 24 }),
      }),
      { minLength: 30, maxLength: 30 },
    ),
    states: fc.array(fc.constantFrom("open", "closed", "gone", "unknown"), { minLength: 10, maxLength: 10 }),
    keepDeployments: fc.integer({ min: 0, max: 6 }),
    ttl: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
  })
  .map(({ stages, deployments, states: known, keepDeployments, ttl }): World => {
    const tagsOf = (kind: string, number: number) => {
      const name = `pr-${number}`;
      if (kind === "preview") return ownedBy(name, number);
      if (kind === "lasting") return ownedBy(name, undefined);
      if (kind === "theirs") return ownedBy(name, number, "99");
      return kind === "copied" ? ownedBy(`pr-${number + 10}`, number + 10) : {};
    };
    return worldOf({
      stages: stages.map(({ number, kind, serves, canary, age }) =>
        stage(`pr-${number}`, `d${serves}`, {
          tags: tagsOf(kind, number),
          createdAt: age === undefined ? undefined : now - age * HOUR,
          canary:
            canary === undefined
              ? undefined
              : { deploymentId: `d${canary}`, percentTraffic: 1, overrides: {}, useStageCache: false },
        }),
      ),
      deployments: deployments.map(({ of, maker, age }, index) =>
        maker === "nobody"
          ? { id: `d${index}`, description: "by hand", createdAt: now - age * HOUR }
          : maker === "ours, of a preview"
            ? madeForPreview(`d${index}`, of, age * HOUR)
            : made(`d${index}`, `pr-${of}`, age * HOUR, maker === "ours" ? "42" : "99"),
      ),
      pullRequests: new Map(known.map((state, index) => [index, state as PullRequestState])),
      users: new Map(
        stages
          .filter(({ used }) => used)
          .map(({ number }) => [
            `pr-${number}`,
            { found: [{ kind: "usage-plan", id: "u1", name: "Gold" }], unknown: [] },
          ]),
      ),
      keepDeployments,
      ttl: ttl === undefined ? undefined : ttl * DAY,
    });
  });

const afterSweep = ({ request, found }: World, plan: Plan): World => {
  const gone = new Set(names(plan));
  return {
    request,
    found: {
      ...found,
      stages: found.stages.filter(({ name }) => !gone.has(name)),
      deployments: found.deployments.filter(({ id }) => !gone.has(id)),
    },
  };
};

describe("records", () => {
  const live = aRecord({ createdAt: now - 2 * DAY });

  test("of a stage that goes end once it is gone", () => {
    const plan = sweep({ stages: [preview(7, "d7")], pullRequests: states([7, "closed"]), records: [live] });
    expect(plan.records).toEqual([{ record: live, because: "stage pr-7 was deleted", once: { stageGone: "pr-7" } }]);
  });

  test("of a stage that is gone already end in any case, and are something to do", () => {
    const plan = sweep({ records: [live], pullRequests: states([7, "open"]) });
    expect(plan).toMatchObject({ steps: [], records: [{ because: "stage pr-7 was deleted", once: "always" }] });
  });

  test("of a stage that is kept because it is in use end by its pull request, not by a deletion", () => {
    const users = new Map([
      ["pr-7", { found: [{ kind: "usage-plan", id: "u1", name: "Gold" }], unknown: [] }],
    ] as const);
    const plan = sweep({ stages: [preview(7, "d7")], pullRequests: states([7, "closed"]), records: [live], users });
    expect(plan.records).toEqual([{ record: live, because: "pull request #7 is closed", once: "always" }]);
  });

  test("of a stage that a run may be about to make stay", () => {
    const young = aRecord({ state: "IN_PROGRESS", createdAt: now - HOUR / 2 });
    expect(sweep({ records: [young], pullRequests: states([7, "open"]) }).records).toEqual([]);
  });
});

describe("in every world", () => {
  test("I3: nothing foreign is deleted", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const name of names(planOf(world))) {
          const stageThere = world.found.stages.find((one) => one.name === name);
          const text = world.found.deployments.find(({ id }) => id === name)?.description;
          if (stageThere) expect(stageThere.tags).toEqual(ownedBy(name, Number(name.slice(3))));
          else expect(text).toContain("run=42/");
        }
      }),
    );
  });

  test("I8: a preview goes only when its pull request is known to be over, or it has expired", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const step of planSweep({ ...world.request, ttl: undefined }, world.found).steps) {
          if (step.kind !== "delete-stage") continue;
          expect(["closed", "gone"]).toContain(world.found.pullRequests.get(step.owner.pullRequest ?? 0));
        }
      }),
    );
  });

  // The seed once found a canary of one ended preview on a deployment that was made for another.
  test.each([undefined, 751026208])(
    "no deployment goes that a stage or a canary still references (seed %s)",
    (seed) => {
      fc.assert(
        fc.property(worlds, (world) => {
          const stages = new Map(world.found.stages.map((one) => [one.name, one]));
          for (const step of planOf(world).steps) {
            if (step.kind === "delete-stage") stages.delete(step.stageName);
            else if (step.kind === "delete-deployment") {
              const references = [...stages.values()].flatMap((one) => [one.deploymentId, one.canary?.deploymentId]);
              expect(references).not.toContain(step.deploymentId);
            }
          }
        }),
        seed === undefined ? {} : { seed },
      );
    },
  );

  test("the newest are kept, and everything is either removed or accounted for", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const plan = planOf(world);
        expect(new Set(names(plan)).size).toBe(plan.steps.length);
        const left = plan.left.reduce((sum, one) => sum + (one.kind === "stage" ? 1 : one.count), 0);
        expect(left + plan.steps.length).toBe(world.found.stages.length + world.found.deployments.length);
        if (world.request.keepDeployments === 0) {
          expect(plan.steps.filter(({ kind }) => kind === "delete-deployment")).toEqual([]);
        }
      }),
    );
  });

  test("only what a sweep would end is asked about: who uses it", () => {
    fc.assert(
      fc.property(worlds, ({ request, found }) => {
        const { users: _users, ...beforeUsers } = found;
        const unused = planSweep(request, { ...found, users: new Map() });
        expect(endingStages(request, beforeUsers)).toEqual(
          unused.steps.flatMap((step) => (step.kind === "delete-stage" ? [step.stageName] : [])),
        );
      }),
    );
  });

  test("I5: a second sweep has nothing to do", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const first = planOf(world);
        expect(planOf(afterSweep(world, first)).steps).toEqual([]);
      }),
    );
  });
});
