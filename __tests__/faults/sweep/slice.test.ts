import { describe, expect, test } from "@jest/globals";
import { stories } from "./stories.ts";
import { sweepStory } from "./sweep.ts";

/** One in so many cases of `npm run test:faults`. A prime, so that the kinds take turns. */
const ONE_IN = 809;

describe("a slice of the sweep of faults: the promises hold, and the same run again ends as if nothing had gone wrong", () => {
  test.each(stories.map((story) => [story.name, story] as const))("%s", async (_, story) => {
    const { findings, played } = await sweepStory(story, ONE_IN);
    expect(findings).toEqual([]);
    expect(played).toBeGreaterThan(0);
  });
});
