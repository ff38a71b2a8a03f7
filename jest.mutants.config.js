import base from "./jest.config.js";

/** The guards' own cases, on src/ with one guard switched off: the one that the environment names. */
export default {
  ...base,
  testMatch: ["<rootDir>/__tests__/faults/mutants/guards.mutant.ts"],
  transform: { "\\.ts$": "<rootDir>/__tests__/faults/mutants/transform.js" },
  // What is kept of one mutant would pass for the next.
  cache: false,
};
