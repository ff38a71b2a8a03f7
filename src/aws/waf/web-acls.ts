import { AssociateWebACLCommand, WAFV2Client } from "@aws-sdk/client-wafv2";
import type { Connection } from "../client.ts";
import { type Pacing, write } from "../retry.ts";
import { callsTo } from "../translate.ts";
import { requireWholeAnswers } from "../whole-answer.ts";

/** Puts a web ACL before a stage, in place of any other. `isDone` tells whether it is there. Throws ActionError. */
export type AssociateWebAcl = (
  stage: { readonly name: string; readonly arn: string },
  webAclArn: string,
  isDone: () => Promise<boolean>,
) => Promise<void>;

/** The AWS WAF of the run's account and Region. */
export const openWebAcls = (connection: Connection, restApiId: string, pacing: Pacing): AssociateWebAcl => {
  const client = new WAFV2Client(connection.settings);
  requireWholeAnswers(client, "AWS WAF");
  const call = callsTo("AWS WAF", "wafv2", { restApiId, region: connection.region });
  return async (stage, webAclArn, isDone) => {
    const about = call({
      operation: "AssociateWebACL",
      doing: `associate the web ACL with stage ${stage.name}`,
      verb: "PUT",
      resource: webAclArn,
    });
    const associate = new AssociateWebACLCommand({ WebACLArn: webAclArn, ResourceArn: stage.arn });
    await write(
      about,
      pacing,
      async () => {
        await client.send(associate);
        return true;
      },
      async () => ((await isDone()) ? true : undefined),
    );
  };
};
