import { describe, expect, test } from "@jest/globals";
import { openPacer } from "../../src/aws/pacer.ts";

describe("the pacer", () => {
  /** Time that goes only while somebody sleeps. */
  const openClock = () => {
    let time = 0;
    const controller = new AbortController();
    const sleep = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
      if (signal.aborted) throw signal.reason;
      time += milliseconds;
    };
    return { controller, now: () => time, paced: openPacer({ signal: controller.signal, sleep }, { now: () => time }) };
  };

  test("keeps a long series at five a second, after a burst of five", async () => {
    const { now, paced } = openClock();
    const starts: number[] = [];
    for (let index = 0; index < 300; index += 1) {
      await paced.turn();
      starts.push(now());
    }
    expect(starts.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 200]);
    expect(starts.at(-1)).toBe(59_000);
    for (let index = 10; index < 300; index += 1) {
      expect((starts[index] ?? 0) - (starts[index - 10] ?? 0)).toBeGreaterThanOrEqual(1000);
    }
  });

  test("counts turns of two requests twice", async () => {
    const { now, paced } = openClock();
    for (let index = 0; index < 10; index += 1) await paced.turn(2);
    expect(now()).toBe(2800);
  });

  test("lets go at once when the run is cancelled", async () => {
    const { controller, now, paced } = openClock();
    controller.abort();
    for (let index = 0; index < 50; index += 1) await paced.turn();
    expect(now()).toBe(0);
  });
});
