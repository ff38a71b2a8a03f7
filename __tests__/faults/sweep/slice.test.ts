import { describe, expect, test } from "@jest/globals";
import { stories } from "./stories.ts";
import { sweepStory } from "./sweep.ts";

/** A third of the stories of `npm run test:faults`, with one case each: of another request and kind from one to the next. */
const some = stories.filter((_, index) => index % 3 === 1);

/** A prime, so that the kinds take turns. */
const STEP = 101;

describe("a slice of the sweep of faults: the promises hold, and the same run again ends as if nothing had gone wrong", () => {
  test.each(some.map((story, index) => [story.name, story, index] as const))("%s", async (_, story, index) => {
    const { findings, played } = await sweepStory(story, (number, cases) => number === (index * STEP) % cases);
    expect(findings).toEqual([]);
    expect(played).toBe(1);
  });
});
