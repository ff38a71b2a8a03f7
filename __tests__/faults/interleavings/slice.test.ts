import { describe, expect, test } from "@jest/globals";
import { everyOrder, loseEveryTime } from "./interleavings.ts";

describe("concurrent runs with different files, in every order of their first writes:", () => {
  everyOrder("slice");
});

test("a run that loses three times in a row says so, and the stage stays as it was", async () => {
  expect(await loseEveryTime()).toBeGreaterThan(0);
});
