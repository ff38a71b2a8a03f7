import { ApiGatewayV2Client } from "@aws-sdk/client-apigatewayv2";
import type { Connection } from "../client.ts";
import type { Pacing } from "../retry.ts";
import { openSessionOf, type Session as SessionWith } from "../session.ts";
import { requireWholeAnswers } from "../whole-answer.ts";

/** What every request about one HTTP or WebSocket API needs. */
export type Session = SessionWith<ApiGatewayV2Client>;

/** Items on a page: as for REST APIs; the most that there may be is not documented. */
export const PAGE_SIZE = "500";

export const openSession = (connection: Connection, apiId: string, kindName: string, pacing: Pacing): Session => {
  const client = new ApiGatewayV2Client(connection.settings);
  requireWholeAnswers(client);
  return openSessionOf({ client, kindName, root: "/apis" }, connection, apiId, pacing);
};
