import { expect, test } from "@jest/globals";
import { stories } from "./stories.ts";
import { sweepStory } from "./sweep.ts";

/** One in so many cases of `npm run test:faults`. A prime, so that the kinds take turns. */
const ONE_IN = 61;

test("a slice of the sweep of faults: the promises hold, and the same run again ends as if nothing had gone wrong", async () => {
  const found = [];
  for (const story of stories) found.push(await sweepStory(story, ONE_IN));
  expect(found.flatMap(({ findings }) => findings)).toEqual([]);
  expect(found.reduce((sum, { played }) => sum + played, 0)).toBeGreaterThan(50);
});
