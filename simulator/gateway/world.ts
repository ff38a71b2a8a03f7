import { type Clock, scaledClock } from "../http/clock.ts";
import { type TokenBucket, tokenBucket } from "../http/token-bucket.ts";
import type { Delays, Quotas, RestApi, World } from "./model.ts";
import { importApi } from "./openapi/import-api.ts";
import { endpointConfiguration, newRestApi } from "./rest-api.ts";

export type WorldOptions = {
  /** Default `eu-central-1`. */
  readonly region?: string;
  /** Default `123456789012`. */
  readonly accountId?: string;
  /** Default: real time. */
  readonly clock?: Clock;
  readonly quotas?: Partial<Quotas>;
  readonly delays?: Partial<Delays>;
  /** False lifts the control plane's rate limits. Default true. */
  readonly rateLimits?: boolean;
  /** Seconds that a `Retry-After` header on 429 asks for. Absent: no such header. */
  readonly retryAfterSeconds?: number;
  /** Same seed, same calls: same ids. Default 1. */
  readonly seed?: number;
};

/** The quotas of a fresh account (Amazon API Gateway quotas). */
const defaultQuotas = {
  stagesPerApi: 10,
  resourcesPerApi: 300,
  definitionBytes: 6 * 1024 * 1024,
  usagePlans: 300,
  plansPerKey: 10,
  clientCertificates: 60,
  routingRulesPerDomain: 50,
};

/**
 * Tests against the real service wait up to two minutes for a key. CloudTrail delivers within about five minutes on
 * average, as its user guide has it. The firewall takes seconds to minutes, often none. How long a deployment of an HTTP
 * API takes is not documented; Terraform looks for it after some seconds.
 */
const defaultDelays: Delays = { keysMs: 60_000, auditMs: 300_000, firewallMs: 0, deploymentMs: 2000 };

export const createWorld = (options: WorldOptions = {}): World => {
  const clock = options.clock ?? scaledClock();
  return {
    clock,
    region: options.region ?? "eu-central-1",
    accountId: options.accountId ?? "123456789012",
    restApis: new Map(),
    apis: new Map(),
    usagePlans: new Map(),
    domainNames: new Map(),
    vpcLinks: new Map(),
    account: {},
    served: [],
    apiKeys: new Map(),
    keyRings: [],
    keyUses: new Map(),
    generatedCertificates: new Map(),
    webAcls: new Map(),
    auditEvents: [],
    functionPolicies: new Map(),
    delays: { ...defaultDelays, ...options.delays },
    quotas: { ...defaultQuotas, stagesOfApi: new Map(), ...options.quotas },
    buckets: options.rateLimits === false ? new Map() : controlPlaneBuckets(clock),
    ...(options.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: options.retryAfterSeconds }),
    newId: idSource(options.seed ?? 1),
  };
};

export type SeedOptions = {
  /** Default: one of the world's own. */
  readonly id?: string;
  /** EDGE, REGIONAL or PRIVATE. Default REGIONAL. */
  readonly endpointType?: string;
};

/**
 * Puts a REST API into the world whose draft is the definition, OpenAPI or Swagger, JSON or YAML. Nothing is deployed.
 *
 * @throws ServiceError for a definition that the service would refuse
 */
export const seedRestApi = (world: World, definition: string, options: SeedOptions = {}): RestApi => {
  const api = newRestApi(world, "", options.id);
  api.endpointConfiguration = endpointConfiguration({ types: [options.endpointType ?? "REGIONAL"] });
  importApi(world, api, Buffer.from(definition), { mode: "overwrite" });
  world.restApis.set(api.id, api);
  return api;
};

/**
 * Requests and the seconds they are granted in (API Gateway quotas for creating and managing an API; API references of
 * the other services).
 */
const operationRates: Readonly<Record<string, readonly [requests: number, seconds: number]>> = {
  CreateDeployment: [1, 5],
  PutRestApi: [1, 1],
  CreateRestApi: [1, 3],
  ImportRestApi: [1, 3],
  DeleteRestApi: [1, 30],
  GetResources: [5, 2],
  CreateResource: [5, 1],
  DeleteResource: [5, 1],
  CreateApiKey: [5, 1],
  UpdateUsagePlan: [1, 20],
  CreateDocumentationVersion: [1, 20],
  ImportDocumentationParts: [1, 30],
  UpdateAccount: [1, 20],
  CreateDomainName: [1, 30],
  UpdateDomainName: [1, 30],
  DeleteDomainName: [1, 30],
  LookupEvents: [2, 1],
};

const controlPlaneBuckets = (clock: Clock): Map<string, TokenBucket> => {
  const buckets = new Map<string, TokenBucket>();
  for (const [operation, [requests, seconds]] of Object.entries(operationRates)) {
    buckets.set(operation, tokenBucket(clock, requests / seconds, requests));
  }
  buckets.set("*", tokenBucket(clock, 10, 40));
  return buckets;
};

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

const idSource = (seed: number): World["newId"] => {
  const random = mulberry32(seed);
  const issued = new Set<string>();
  const draw = (length: number): string =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
  return (length) => {
    let id = draw(length);
    while (issued.has(id)) id = draw(length);
    issued.add(id);
    return id;
  };
};

/** Mulberry32, a small public-domain generator: numbers in [0, 1) that depend on the seed alone. */
const mulberry32 = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};
