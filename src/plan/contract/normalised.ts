import { compareTexts } from "../../domain/text-order.ts";
import { isMapping, mappingAt } from "./document.ts";

/** What says where a document was exported, and not what it promises. */
const PLACE: readonly string[] = ["servers", "host", "basePath", "schemes"];

/**
 * An export as text that is the same wherever and whenever the same was exported: its members in one order, without the
 * stage's address and without integrations, which are no caller's affair. Where the API has no version of its own, API Gateway puts a time in its place (recorded exports).
 */
export const normalisedExport = (exported: unknown): string => {
  const { info, ...document } = mappingAt(exported);
  const own = mappingAt(info);
  const version = typeof own["version"] === "string" && TIME.test(own["version"]) ? "unversioned" : own["version"];
  const kept = Object.entries(document).filter(([name]) => !PLACE.includes(name));
  return `${JSON.stringify({ ...Object.fromEntries(kept), info: { ...own, version } }, inOrder, 2)}\n`;
};

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

const INTEGRATION = "x-amazon-apigateway-integration";

const inOrder = (name: string, value: unknown): unknown => {
  if (name === INTEGRATION) return undefined;
  return isMapping(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => compareTexts(one, other)))
    : value;
};
