import { ApiGatewayV2Client, ListRoutingRulesCommand } from "@aws-sdk/client-apigatewayv2";
import type { Session } from "../session.ts";
import { requireWholeAnswers } from "../whole-answer.ts";

type Domain = { readonly domainName: string; readonly domainNameId?: string | undefined };

/** Reads pages of a domain's routing rules, which the second version's service alone knows. Throws what the SDK throws. */
export const openRoutingRules = ({ settings, readOptions }: Session, { domainName, domainNameId }: Domain) => {
  const client = new ApiGatewayV2Client(settings);
  requireWholeAnswers(client);
  return (position: string | undefined) => {
    const names = { DomainName: domainName, DomainNameId: domainNameId, NextToken: position };
    return client.send(new ListRoutingRulesCommand(names), readOptions);
  };
};
