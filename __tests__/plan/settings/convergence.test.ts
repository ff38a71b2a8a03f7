import { describe, expect, test } from "@jest/globals";
import { restApi } from "../../../src/aws/rest-api/kind.ts";
import { ALL_ROUTES } from "../../../src/domain/stage-settings.ts";
import { resolveSettings, type StageWish } from "../../../src/inputs/settings/resolve.ts";
import { CLUSTER_SIZES, type StageLayer, stageSchema } from "../../../src/inputs/settings/schema.ts";
import { splitCreation } from "../../../src/plan/settings/batches.ts";
import { methodLeaves, serviceDefaults, shownValue } from "../../../src/plan/settings/method-leaves.ts";
import { planSettings } from "../../../src/plan/settings/plan-settings.ts";
import fc from "../../property.ts";
import { seed, times } from "../../seed.ts";
import { simulatedStage } from "./simulated-stage.ts";

const some = (shape: Record<string, fc.Arbitrary<unknown>>) => fc.record(shape, { requiredKeys: [] });
const text = fc.constantFrom("a", "b", "live");
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 3 });

const methodShape = {
  logging: some({ level: fc.constantFrom("OFF", "ERROR", "INFO"), payload: fc.boolean() }),
  metrics: fc.boolean(),
  throttling: some({ rate: fc.constantFrom(0, 0.5, 10, 10_000), burst: fc.constantFrom(0, 5, 5_000) }),
};
const methodCaching = {
  enabled: fc.boolean(),
  ttl: fc.constantFrom(0, 60, 300, 3600),
  encrypted: fc.boolean(),
  "require-authorization": fc.boolean(),
  unauthorized: fc.constantFrom("FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"),
};
const route = some({ ...methodShape, caching: some(methodCaching) });
const routeNames = ["GET /", "GET /pets/{id}", "ANY /a~b/{proxy+}"];

const layer: fc.Arbitrary<StageLayer> = some({
  ...methodShape,
  logging: fc.oneof(
    methodShape.logging,
    some({
      "access-log-arn": fc.constantFrom(null, "arn:aws:logs:eu-central-1:123456789012:log-group:/a"),
      level: fc.constantFrom("OFF", "INFO"),
    }),
    some({ "access-log-format": fc.constantFrom("$context.requestId", "$context.requestId $context.status") }),
  ),
  description: text,
  variables: fc.dictionary(fc.constantFrom("alias", "old", "constructor", "api_key"), orNull(text)),
  caching: some({ ...methodCaching, "cluster-size": orNull(fc.constantFrom(...CLUSTER_SIZES)) }),
  tracing: fc.boolean(),
  "documentation-version": fc.constantFrom("1", "2"),
  tags: fc.dictionary(fc.constantFrom("team", "cost"), orNull(text)),
  routes: fc.dictionary(fc.constantFrom(...routeNames), orNull(route)),
}).map((value) => stageSchema.parse(value));

const wish: fc.Arbitrary<StageWish> = fc
  .tuple(layer, layer)
  .map(([defaults, inline]) => resolveSettings("dev", { defaults }, inline));

/** A stage with a history: earlier settings, and an entry that somebody made by hand. */
const stage = fc
  .tuple(fc.array(wish, { maxLength: 2 }), fc.constantFrom(undefined, "GET /pets/{id}", "GET /gone"))
  .map(([earlier, byHand]) => {
    const simulated = simulatedStage();
    if (byHand !== undefined) {
      simulated.write([{ kind: "route-setting", route: byHand, member: "cacheTtlInSeconds", value: 7 }]);
    }
    for (const wanted of earlier) {
      simulated.apply(planSettings({ wanted, current: simulated.settings(), routes: undefined }));
    }
    return simulated;
  });

/** What is shown for a limit that only the service knows. */
const UNKNOWN = "the account's limit";

const nothingToDo = { changes: [], writes: [], tagsToSet: {}, tagsToRemove: [] };

describe(`the plan after the plan (seed ${seed})`, () => {
  test("is empty, and every leaf is as declared", () => {
    fc.assert(
      fc.property(stage, wish, (simulated, wanted) => {
        simulated.apply(planSettings({ wanted, current: simulated.settings(), routes: undefined }));
        expect(planSettings({ wanted, current: simulated.settings(), routes: undefined })).toMatchObject(nothingToDo);
      }),
      { seed, numRuns: 100 * times },
    );
  });

  test("is empty for a new stage too, whether it is created with its settings or patched", () => {
    fc.assert(
      fc.property(wish, (wanted) => {
        const plan = planSettings({ wanted, current: undefined, routes: undefined });
        const { creation, rest } = splitCreation(plan.writes, restApi);
        const created = simulatedStage(creation);
        created.apply({ ...plan, writes: rest });
        const patched = simulatedStage();
        patched.apply(plan);
        expect(created.settings()).toEqual(patched.settings());
        expect(planSettings({ wanted, current: created.settings(), routes: undefined })).toMatchObject(nothingToDo);
      }),
      { seed, numRuns: 100 * times },
    );
  });

  test("what the plan shows is what results, and an entry changes in nothing else", () => {
    fc.assert(
      fc.property(stage, wish, fc.constantFrom(...routeNames), (simulated, wanted, name) => {
        const before = simulated.settings();
        const plan = planSettings({ wanted, current: before, routes: undefined });
        simulated.apply(plan);
        const was = before.methodSettings[name];
        const after = simulated.settings().methodSettings;
        const is = after[name] ?? after[ALL_ROUTES] ?? serviceDefaults;
        const removed = plan.changes.some(({ setting }) => setting === `routes.${name}`);
        fc.pre(!removed);
        for (const leaf of methodLeaves) {
          const change = plan.changes.find(({ setting }) => setting === `${name}: ${leaf.setting}`);
          const expected = change?.to ?? (was && shownValue(was, leaf));
          if (expected !== undefined && expected !== UNKNOWN) expect(shownValue(is, leaf)).toBe(expected);
        }
      }),
      { seed, numRuns: 100 * times },
    );
  });
});
