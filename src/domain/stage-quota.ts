import type { ApiKind } from "./api-kind.ts";
import type { Place } from "./stage.ts";

/** Where people have the quota raised; `undefined` in a partition whose console is not known, and where the quota has no code of its own. */
export const stageQuotaUrl = (
  { stageQuotaCode: code }: Pick<ApiKind, "stageQuotaCode">,
  { region, dnsSuffix }: Place,
): string | undefined => {
  const host = consoleOf(region, dnsSuffix);
  return host && code && `https://${host}/servicequotas/home/services/apigateway/quotas/${code}?region=${region}`;
};

const consoleOf = (region: string, dnsSuffix: string): string | undefined => {
  if (dnsSuffix === "amazonaws.com.cn") return "console.amazonaws.cn";
  if (region.startsWith("us-gov-")) return "console.amazonaws-us-gov.com";
  return dnsSuffix === "amazonaws.com" ? "console.aws.amazon.com" : undefined;
};
