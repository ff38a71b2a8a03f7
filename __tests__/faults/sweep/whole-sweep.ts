import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { stories } from "./stories.ts";
import type { Story } from "./story.ts";
import { sweepStory } from "./sweep.ts";

/** Which part of the cases is played: each n-th. A third is some minutes on two processors; FAULTS_EVERY=1 plays all. */
const every = Number(process.env["FAULTS_EVERY"] ?? "3");

/** Milliseconds; on a machine with other work a story of some minutes takes long. */
const TWO_HOURS = 7_200_000;

/** The stories in three parts, which are played at the same time. */
export const partOf = (number: 0 | 1 | 2): readonly Story[] => stories.filter((_, index) => index % 3 === number);

/** A test for each story. What was played goes to build/faults/, for docs/reliability.md. */
export const everyCase = (stories: readonly Story[]): void => {
  test.each(stories)(
    "$name: whatever goes wrong, the promises hold, and the same run again ends as if nothing had",
    async (story) => {
      const before = process.cpuUsage();
      const { cases, played, findings } = await sweepStory(story, (number) => number % every === 0);
      const { user, system } = process.cpuUsage(before);
      const seconds = Math.round((user + system) / 1e6);
      process.stderr.write(
        `${story.name}: ${played} cases, ${findings.length} of them broken, ${seconds} s of CPU time\n`,
      );
      for (const { name, broken } of findings) process.stderr.write(`${name}:\n  ${broken.join("\n  ")}\n`);
      mkdirSync("build/faults", { recursive: true });
      writeFileSync(`build/faults/${story.name}.json`, JSON.stringify({ story: story.name, cases, played }));
      expect(findings).toEqual([]);
      expect(cases).toBeGreaterThan(200);
    },
    TWO_HOURS,
  );
};
