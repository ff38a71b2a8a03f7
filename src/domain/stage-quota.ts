import type { Place } from "./stage.ts";

/** "Stages per API", of all kinds of APIs (Developer Guide, the quotas of REST, HTTP and WebSocket APIs). */
export const STAGE_QUOTA_CODE = "L-379E48B0";

/** Where people have the quota raised; `undefined` in a partition whose console is not known. */
const stageQuotaUrl = ({ region, dnsSuffix }: Place): string | undefined => {
  const host = consoleOf(region, dnsSuffix);
  return host && `https://${host}/servicequotas/home/services/apigateway/quotas/${STAGE_QUOTA_CODE}?region=${region}`;
};

/** The same as a sentence; empty where it is not known. */
export const raiseText = (place: Place): string => {
  const url = stageQuotaUrl(place);
  return url === undefined ? "" : `The quota is raised here: ${url}`;
};

const consoleOf = (region: string, dnsSuffix: string): string | undefined => {
  if (dnsSuffix === "amazonaws.com.cn") return "console.amazonaws.cn";
  if (region.startsWith("us-gov-")) return "console.amazonaws-us-gov.com";
  return dnsSuffix === "amazonaws.com" ? "console.aws.amazon.com" : undefined;
};
