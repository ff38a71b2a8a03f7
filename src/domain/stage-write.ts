import type { MethodSettings } from "./stage-settings.ts";

/**
 * One thing about a stage that is to be other than it is, in our own words: how it is sent is known to the rooms of AWS
 * alone. `null` takes away.
 */
export type StageWrite = PointerWrite | SettingWrite | CanaryWrite;

/** The deployment that the stage serves. */
export type PointerWrite = { readonly kind: "deployment"; readonly id: string };

export type SettingWrite =
  | { readonly kind: "variable"; readonly name: string; readonly value: string | null }
  | {
      readonly kind: "route-setting";
      /** By its name, `GET /pets/{id}`, or `ALL_ROUTES`. */
      readonly route: string;
      readonly member: keyof MethodSettings;
      readonly value: string | number | boolean;
    }
  /** What a route has of its own goes, and it follows all routes. */
  | { readonly kind: "route-reset"; readonly route: string }
  | { readonly kind: "access-log"; readonly member: "destinationArn" | "format"; readonly value: string }
  | { readonly kind: "no-access-log" }
  | { readonly kind: "attribute"; readonly member: StageAttribute; readonly value: string };

/** What a stage has once, by the members' names that all kinds of APIs give it. */
export type StageAttribute =
  | "description"
  | "cacheClusterSize"
  | "cacheClusterEnabled"
  | "clientCertificateId"
  | "documentationVersion"
  | "tracingEnabled";

export type CanaryWrite =
  | { readonly kind: "canary"; readonly member: "deploymentId"; readonly value: string }
  /** In percent of the stage's traffic. */
  | { readonly kind: "canary"; readonly member: "percentTraffic"; readonly value: number }
  | { readonly kind: "canary"; readonly member: "useStageCache"; readonly value: boolean }
  | { readonly kind: "canary-variable"; readonly name: string; readonly value: string }
  /** The stage takes what its canary has. */
  | { readonly kind: "canary-to-stage"; readonly what: "deployment" | "variables" }
  | { readonly kind: "no-canary" };

export const isSameWrite = (one: StageWrite, other: StageWrite): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
