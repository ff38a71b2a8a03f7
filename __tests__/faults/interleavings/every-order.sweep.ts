import { describe } from "@jest/globals";
import { everyOrder } from "./interleavings.ts";

describe("concurrent runs with different files, in every order of their writes:", () => {
  everyOrder("whole");
});
