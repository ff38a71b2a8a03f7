import { provenOwner } from "../domain/owner.ts";
import type { Stage } from "../domain/stage.ts";
import { regionOfWebAcl, webAclText } from "../domain/web-acl.ts";
import type { PointingRequest } from "../inputs/request.ts";
import { type Declared, declaredIn } from "../inputs/settings/resolve.ts";
import type { StageObserved } from "../observe/observed.ts";
import type { SettingChange } from "./settings/change.ts";
import type { AssociateWebAclStep } from "./step.ts";

/**
 * Which web ACL a stage gets. A new stage has none, and is open to everybody without it. Only a stage of ours that has
 * none gets one: what stands before a stage is never replaced, and never taken away.
 */

export type WebAclDecision = {
  readonly steps: readonly AssociateWebAclStep[];
  readonly changes: readonly SettingChange[];
  /** Why this must not be done, in whole sentences. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
};

const nothing: WebAclDecision = { steps: [], changes: [], problems: [], warnings: [] };

type Found = Pick<StageObserved, "stages" | "place">;

/** `stage`: `undefined` when it does not exist yet. */
export const decideWebAcl = (request: PointingRequest, stage: Stage | undefined, found: Found): WebAclDecision => {
  const wanted = wantedAcl(request, found);
  if (wanted === undefined) return nothing;
  if (!("arn" in wanted)) return { ...nothing, ...wanted };
  const { arn, source } = wanted;
  if (regionOfWebAcl(arn) !== found.place.region) return { ...nothing, problems: [notHere(wanted, found)] };
  if (stage?.webAclArn === arn) return nothing;
  if (stage?.webAclArn !== undefined)
    return { ...nothing, warnings: [hasAnother(stage, stage.webAclArn, arn, request)] };
  const isOurs = stage === undefined || provenOwner(stage.tags, request)?.repositoryId === request.run.repository.id;
  if (!isOurs) return { ...nothing, warnings: [notOurs(arn, request)] };
  return {
    ...nothing,
    steps: [
      {
        kind: "associate-web-acl",
        stageName: request.stageName,
        webAclArn: arn,
        because: "the stage is open to everybody without it",
        seenByCallers: true,
      },
    ],
    changes: [{ setting: "web-acl", from: undefined, to: arn, source }],
  };
};

type Wanted =
  | ({ readonly arn: string } & Omit<Declared<string>, "value">)
  | { readonly problems: readonly string[] }
  | { readonly warnings: readonly string[] };

const wantedAcl = ({ settings, stageName, restApiId }: PointingRequest, { stages }: Found): Wanted | undefined => {
  const declared = settings["web-acl"];
  if (declared === undefined) return undefined;
  if ("value" in declared) {
    return declared.value === null ? undefined : { ...declared, arn: declared.value };
  }
  const { value: other, ...origin } = declared["same-as"];
  const where = declaredIn(origin);
  if (other === stageName) return undefined;
  const model = stages.find(({ name }) => name === other);
  if (model === undefined) {
    return {
      problems: [
        `web-acl is to be the same as that of stage ${other} (${where}), and API ${restApiId} has no such stage.`,
      ],
    };
  }
  return model.webAclArn === undefined
    ? { warnings: [`web-acl is to be the same as that of stage ${other} (${where}), which has none.`] }
    : { ...origin, arn: model.webAclArn };
};

const notHere = ({ arn, ...origin }: Extract<Wanted, { arn: string }>, { place }: Found): string =>
  regionOfWebAcl(arn) === undefined
    ? `web-acl (${declaredIn(origin)}) is ${arn}, which is no regional web ACL of AWS WAF and cannot be associated by this action. Give the ARN of one.`
    : `web-acl (${declaredIn(origin)}) is ${arn}, and this run works in Region ${place.region}: a stage can have a web ACL of its own Region only.`;

const commandFor = (arn: string, { restApiId, stageName }: PointingRequest): string =>
  `aws wafv2 associate-web-acl --web-acl-arn ${arn} --resource-arn ${arn.replace(/:wafv2:([^:]+):.*/, ":apigateway:$1::")}/restapis/${restApiId}/stages/${stageName}`;

const hasAnother = ({ name }: Stage, has: string, arn: string, request: PointingRequest): string =>
  `Stage ${name} has ${webAclText(has)}, and web-acl declares ${webAclText(arn)}. This action replaces none; to do so: ${commandFor(arn, request)}`;

const notOurs = (arn: string, request: PointingRequest): string =>
  `Stage ${request.stageName} has no web ACL, and web-acl declares ${webAclText(arn)}. This action did not make the stage, so it leaves it as it is. To protect it: ${commandFor(arn, request)}`;
