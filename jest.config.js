export default {
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2022" }, module: { type: "es6" } }] },
  testEnvironment: "<rootDir>/__tests__/environment.js",
  testTimeout: 60_000,
  // Half of two processors would be one worker.
  maxWorkers: "100%",
};
