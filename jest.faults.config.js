import base from "./jest.config.js";

/** The whole sweep of faults, which takes minutes. */
export default { ...base, testMatch: ["<rootDir>/__tests__/faults/sweep/*.sweep.ts"] };
