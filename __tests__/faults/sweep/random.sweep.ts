import { expect, test } from "@jest/globals";
import { seed, times } from "../../seed.ts";
import { stories } from "./stories.ts";
import { playAll, playDamaged } from "./sweep.ts";

const RUNS = 12 * times;

test.each(stories)(
  `$name: whatever is damaged of the answers (seed ${seed}), the promises hold, and the same run again ends as if nothing had`,
  async (story) => {
    const seeds = Array.from({ length: RUNS }, (_, index) => seed + index);
    const findings = await playAll(
      seeds,
      (own) => `${story.name}: SEED=${own} TIMES=${1 / 12}`,
      (own) => playDamaged(story, own),
    );
    process.stderr.write(
      `${story.name}: ${RUNS} runs with damaged answers (seed ${seed}), ${findings.length} of them broken\n`,
    );
    expect(findings).toEqual([]);
  },
  1_800_000,
);
