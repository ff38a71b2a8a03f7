import base from "./jest.config.js";

/** The whole sweep of faults, and all orders of concurrent writes, which take minutes. */
export default {
  ...base,
  testMatch: ["<rootDir>/__tests__/faults/*/*.sweep.ts"],
  // What failed is said again at the end of the log, where who reads it looks first.
  reporters: ["default", ["summary", { summaryThreshold: 0 }]],
};
