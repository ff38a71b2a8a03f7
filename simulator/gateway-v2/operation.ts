import type { RestOperation } from "../aws/rest-service.ts";
import type { World } from "../gateway/model.ts";

/** One operation. Its input and output are in camel case, as on the wire. */
export type Operation = RestOperation<World>;

export type { OperationInput } from "../aws/rest-service.ts";
