import base from "./jest.config.js";

/** The whole sweep of faults, and all orders of concurrent writes, which take minutes. */
export default { ...base, testMatch: ["<rootDir>/__tests__/faults/*/*.sweep.ts"] };
