import { GraphQLError } from "graphql";

/** An error with GitHub's `type`: `FORBIDDEN`, `NOT_FOUND`, `UNPROCESSABLE`, … */
export const refusal = (type: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { type } });
