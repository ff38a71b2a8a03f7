import type { ApiKind } from "../../domain/api-kind.ts";

/** REST APIs: nearly all that this action knows can be done with them. */
export const restApi: ApiKind = {
  name: "REST API",
  dialect: "rest",
  metricsBy: "name",
  lacks: {
    "default-stage": "A REST API has no stage of this name.",
    "connect-smoke-tests": "CONNECT opens a WebSocket connection, and WebSocket APIs alone take one.",
  },
  // API reference, CreateStage.
  settableAtCreation: [
    "variable",
    "description",
    "cacheClusterEnabled",
    "cacheClusterSize",
    "documentationVersion",
    "tracingEnabled",
  ],
  // With many more UpdateStage says "Update size too large" (user reports).
  writesPerUpdate: 80,
};
