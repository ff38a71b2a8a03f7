import { availableParallelism } from "node:os";

export default {
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2022" }, module: { type: "es6" } }] },
  testEnvironment: "<rootDir>/__tests__/environment.js",
  runtime: "<rootDir>/__tests__/runtime.cjs",
  testTimeout: 60_000,
  // Tests wait, too: for a bundle to end, for a port to answer. One worker more than processors fills that time.
  maxWorkers: availableParallelism() + 1,
};
