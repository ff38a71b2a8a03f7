import type { InvokedFunction } from "../domain/function-policy.ts";
import type { StageAddress } from "../domain/owner.ts";
import { someOf } from "../domain/route.ts";
import type { Place } from "../domain/stage.ts";

/**
 * Whether functions let API Gateway invoke them for a stage. Their policies name callers by patterns of ARNs with the stage
 * in it: what was made for one stage refuses another, and its callers get 500 (Developer Guide, "Grant permission to invoke
 * a function").
 */

export const notInvocable = (
  { restApiId, stageName }: StageAddress,
  functions: readonly InvokedFunction[],
  { region }: Place,
): readonly string[] => {
  const refusing = functions.filter(
    ({ arn, policy }) =>
      !policy.some(
        ({ sourceArns }) =>
          sourceArns === undefined ||
          sourceArns.some((pattern) => canBeginWith(pattern, `${callerOf(arn, region)}:${restApiId}/${stageName}/`)),
      ),
  );
  const [first] = refusing;
  if (first === undefined) return [];
  const stages = [...new Set(refusing.flatMap(({ policy }) => policy.flatMap((one) => stagesIn(one, restApiId))))];
  const named =
    stages.length === 0
      ? ""
      : `; their policies name ${stages.length === 1 ? "stage" : "stages"} ${someOf(stages.sort())}`;
  const routes = [...new Set(refusing.flatMap((one) => one.routes))];
  return [
    `API Gateway may not invoke ${someOf(refusing.map(({ arn }) => nameOf(arn)))} for stage ${stageName}${named}: ${someOf(routes)} will answer 500. Allow it for each, here for the first: aws lambda add-permission --function-name ${first.arn} --statement-id api-${restApiId}-${stageName} --action lambda:InvokeFunction --principal apigateway.amazonaws.com --source-arn '${callerOf(first.arn, region)}:${restApiId}/${stageName}/*'. With * in place of the stage, it holds for all stages.`,
  ];
};

/** The callers of a function are those of its own account: another one's policy cannot be read. */
const callerOf = (functionArn: string, region: string): string => {
  const [, partition = "", , , account = ""] = functionArn.split(":");
  return `arn:${partition}:execute-api:${region}:${account}`;
};

/** `orders:live`. */
const nameOf = (arn: string): string => arn.split(":").slice(6).join(":");

const stagesIn = ({ sourceArns = [] }: InvokedFunction["policy"][number], restApiId: string): readonly string[] =>
  sourceArns.flatMap((pattern) => {
    const [, api, stage] = /:([^:/]+)\/([^/]+)(?:\/|$)/.exec(pattern) ?? [];
    return api === restApiId && stage !== undefined && !/[*?]/.test(stage) ? [stage] : [];
  });

/** Whether a text that begins so and goes on can match the pattern, in which `*` is any text and `?` any character. */
export const canBeginWith = (pattern: string, start: string): boolean => {
  let at = withoutStars(new Set([0]), pattern);
  for (const character of start) {
    const next = [...at].flatMap((place) => {
      if (pattern[place] === "*") return [place];
      return pattern[place] === "?" || pattern[place] === character ? [place + 1] : [];
    });
    at = withoutStars(new Set(next), pattern);
  }
  return [...at].some((place) => place < pattern.length);
};

/** A star may stand for nothing. */
const withoutStars = (places: Set<number>, pattern: string): ReadonlySet<number> => {
  for (const place of places) if (pattern[place] === "*") places.add(place + 1);
  return places;
};
