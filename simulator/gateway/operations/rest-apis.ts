import { checkUnmapped } from "../domain-name.ts";
import type { Operation, RestApi } from "../model.ts";
import {
  checkCompressionSize,
  checkPolicy,
  type EndpointConfiguration,
  endpointConfiguration,
  newRestApi,
  restApiView,
  restApiViewWithoutEmptyTags,
  setPolicy,
} from "../rest-api.ts";
import { badRequest } from "../service-error.ts";
import { requireRestApi } from "./identifiers.ts";
import { defaultModels } from "./models.ts";
import { pageOf } from "./pages.ts";
import { type PatchOperation, patchValue } from "./patch.ts";
import {
  applyPatches,
  isTrue,
  leaf,
  listItem,
  optionalLeaf,
  type Patched,
  type PatchRule,
  plainRefusals,
} from "./patch-rules.ts";

const createRestApi: Operation = (input, world) => {
  if (input.description === "") throw badRequest("Description cannot be an empty string");
  const api = newRestApi(world, input.name);
  const {
    cloneFrom,
    binaryMediaTypes,
    policy,
    minimumCompressionSize,
    endpointConfiguration: endpoint,
    ...members
  } = input;
  if (cloneFrom === undefined) api.draft = { ...api.draft, models: defaultModels(world) };
  else api.draft = structuredClone(requireRestApi(world, cloneFrom).draft);
  Object.assign(api, members, { endpointConfiguration: endpointConfiguration(endpoint) });
  if (minimumCompressionSize !== undefined) api.minimumCompressionSize = checkCompressionSize(minimumCompressionSize);
  if (binaryMediaTypes !== undefined) api.draft.binaryMediaTypes = binaryMediaTypes;
  if (policy !== undefined) setPolicy(api, checkPolicy(policy));
  world.restApis.set(api.id, api);
  return restApiViewWithoutEmptyTags(api);
};

const getRestApi: Operation = (input, world) => restApiView(requireRestApi(world, input.restApiId));

const getRestApis: Operation = (input, world) => {
  const page = pageOf(world.restApis.values(), (api) => `${api.createdDate} ${api.id}`, input);
  return { ...page, items: page.items.map(restApiViewWithoutEmptyTags) };
};

const deleteRestApi: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  checkUnmapped(world, api.id);
  world.restApis.delete(api.id);
};

/** The members that UpdateRestApi can change, in one flat copy. */
const patchable = (api: RestApi): Patched => {
  const { name, description, version, apiKeySource, disableExecuteApiEndpoint, minimumCompressionSize } = api;
  return {
    name,
    description,
    version,
    apiKeySource,
    disableExecuteApiEndpoint,
    minimumCompressionSize,
    policy: api.policy,
    securityPolicy: api.securityPolicy,
    endpointAccessMode: api.endpointAccessMode,
    binaryMediaTypes: [...api.draft.binaryMediaTypes],
    endpointConfiguration: structuredClone(api.endpointConfiguration),
  };
};

const endpointTypes = ["REGIONAL", "EDGE", "PRIVATE"];

const replaceEndpointType = (target: Patched, patch: PatchOperation, type: string): void => {
  const configuration = target["endpointConfiguration"] as EndpointConfiguration;
  const wanted = patch.op === "replace" ? patchValue(patch) : type;
  if (!endpointTypes.includes(wanted)) {
    throw badRequest(`Invalid EndpointTypes specified. Valid options are ${endpointTypes.join(",")}`);
  }
  const others = configuration.types.filter((entry) => entry !== type);
  const types = patch.op === "remove" ? others : [...others, wanted];
  const { ipAddressType: _, ...rest } = configuration;
  const keptAddressType = types.includes("PRIVATE") ? {} : { ipAddressType: configuration.ipAddressType ?? "ipv4" };
  target["endpointConfiguration"] = endpointConfiguration({ ...rest, ...keptAddressType, types });
};

const replaceIpAddressType = (target: Patched, patch: PatchOperation): void => {
  const ipAddressType = patchValue(patch);
  if (ipAddressType !== "ipv4" && ipAddressType !== "dualstack") {
    throw badRequest("ipAddressType must be either ipv4 or dualstack.");
  }
  const configuration = target["endpointConfiguration"] as EndpointConfiguration;
  target["endpointConfiguration"] = endpointConfiguration({ ...configuration, ipAddressType });
};

const changeVpcEndpoint = (target: Patched, patch: PatchOperation): void => {
  const configuration = target["endpointConfiguration"] as EndpointConfiguration;
  const id = patchValue(patch);
  const others = (configuration.vpcEndpointIds ?? []).filter((entry) => entry !== id);
  configuration.vpcEndpointIds = patch.op === "remove" ? others : [...others, id];
};

/** Operations of UpdateRestApi (API Gateway REST API patch operations reference). */
const patchRules: readonly PatchRule[] = [
  leaf("name"),
  optionalLeaf("description"),
  optionalLeaf("version"),
  leaf("apiKeySource"),
  leaf("disableExecuteApiEndpoint", isTrue),
  leaf("securityPolicy"),
  leaf("endpointAccessMode"),
  {
    path: /^\/minimumCompressionSize$/,
    operations: ["replace"],
    apply: (target, { value }) => {
      target["minimumCompressionSize"] =
        value === undefined || value === "" ? undefined : checkCompressionSize(Number(value));
    },
  },
  {
    path: /^\/policy$/,
    operations: ["replace", "remove"],
    apply: (target, { op, value }) => {
      target["policy"] = op === "remove" || !value ? undefined : checkPolicy(value);
    },
  },
  listItem("binaryMediaTypes"),
  {
    path: /^\/endpointConfiguration\/types\/([^/]+)$/,
    operations: ["add", "remove", "replace"],
    refusal: "Invalid patch operation specified. Must be 'add'|'remove'|'replace'",
    apply: replaceEndpointType,
  },
  { path: /^\/endpointConfiguration\/ipAddressType$/, operations: ["replace"], apply: replaceIpAddressType },
  { path: /^\/endpointConfiguration\/vpcEndpointIds$/, operations: ["add", "remove"], apply: changeVpcEndpoint },
];

const updateRestApi: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  const members = patchable(api);
  const names = Object.keys(members).filter((name) => name !== "policy" && name !== "binaryMediaTypes");
  applyPatches(members, input.patchOperations, patchRules, plainRefusals);
  for (const name of names) {
    if (members[name] === undefined) Reflect.deleteProperty(api, name);
    else Reflect.set(api, name, members[name]);
  }
  api.draft.binaryMediaTypes = members["binaryMediaTypes"] as string[];
  setPolicy(api, members["policy"] as string | undefined);
  return restApiView(api);
};

export const restApiOperations: Record<string, Operation> = {
  CreateRestApi: createRestApi,
  GetRestApi: getRestApi,
  GetRestApis: getRestApis,
  UpdateRestApi: updateRestApi,
  DeleteRestApi: deleteRestApi,
};
