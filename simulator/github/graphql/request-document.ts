import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate } from "graphql";

/** What a query text is for a schema: a document to execute, or why it is none. */
export type RequestDocument = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] };

/** Clients send the same few queries again and again. */
const known = new WeakMap<GraphQLSchema, Map<string, RequestDocument>>();

export const requestDocument = (schema: GraphQLSchema, query: string): RequestDocument => {
  const ofSchema = known.get(schema) ?? new Map<string, RequestDocument>();
  known.set(schema, ofSchema);
  const found = ofSchema.get(query) ?? parsedFor(schema, query);
  ofSchema.set(query, found);
  return found;
};

const parsedFor = (schema: GraphQLSchema, query: string): RequestDocument => {
  try {
    const document = parse(query);
    const errors = validate(schema, document);
    return errors.length > 0 ? { errors } : { document };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
};
