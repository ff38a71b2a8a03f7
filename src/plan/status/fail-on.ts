import { secondText } from "../../domain/time-text.ts";
import type { StatusCondition } from "../../inputs/fail-on.ts";
import type { Refusal } from "../plan.ts";
import type { ApiStatus, Status } from "./status.ts";

/** Why a status ends red by `fail-on`; `undefined`: nothing that it names is so. What is not known is refused, too. */
export const refuseStatus = (status: Status, failOn: readonly StatusCondition[]): Refusal | undefined => {
  const findings = failOn.flatMap((condition) =>
    status.restApis.flatMap((api) => JUDGES[condition](api).map((text) => `  ${condition}: ${text}`)),
  );
  if (findings.length === 0) return undefined;
  return {
    refused: "FAIL_ON",
    happened: ["fail-on ends this run:", ...findings].join("\n"),
    remedy:
      "The stages go on as they are. Settings are put right by the next run that deploys, or by declaring what the stage has; a draft by deploying it, or by importing what it should be. What is not known needs the permission or the input that is named.",
    status,
  };
};

const nameOf = ({ name, id }: ApiStatus): string => `API ${name} (${id})`;

const JUDGES: Readonly<Record<StatusCondition, (api: ApiStatus) => readonly string[]>> = {
  drift: (api) =>
    api.stages?.flatMap(({ name, settings, unknown }) => {
      const stage = `stage ${name} of ${nameOf(api)}`;
      if (settings === null) return [`It is not known whether ${stage} is as declared: ${unknown["settings"]}.`];
      const names = settings.differ.map(({ setting }) => setting).join(", ");
      const unread = Object.entries(settings.unknown).map(
        ([setting, because]) => `It is not known whether ${setting} of ${stage} is as declared: ${because}.`,
      );
      return [...(names === "" ? [] : [`${stage} has settings other than declared: ${names}.`]), ...unread];
    }) ?? [`It is not known whether the stages of ${nameOf(api)} are as declared: ${api.unknown["stages"]}.`],
  undeployed: (api) => {
    if (api.undeployed === false) return [];
    if (api.undeployed === null) {
      const { undeployed, undeployedRoutes } = api.unknown;
      const routesAlone =
        undeployedRoutes === undefined ? " To be told of routes alone, name undeployed-routes instead." : "";
      return [`It is not known whether the draft of ${nameOf(api)} is deployed: ${undeployed}.${routesAlone}`];
    }
    const [newest] = api.changes?.events.slice(-1) ?? [];
    return api.undeployedRoutes === true || newest === undefined
      ? [holdsMore(api)]
      : [
          `The draft of ${nameOf(api)} was changed since what its stages serve was made, last by ${newest.operation} at ${secondText(newest.at)} (${newest.who}).`,
        ];
  },
  "undeployed-routes": (api) => {
    if (api.undeployedRoutes === false) return [];
    return api.undeployedRoutes === null
      ? [
          `It is not known whether the routes of the draft of ${nameOf(api)} are deployed: ${api.unknown["undeployedRoutes"]}.`,
        ]
      : [holdsMore(api)];
  },
};

const holdsMore = (api: ApiStatus): string => `The draft of ${nameOf(api)} holds what no stage serves.`;
