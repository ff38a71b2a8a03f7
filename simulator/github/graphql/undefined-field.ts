import {
  type ASTNode,
  buildASTSchema,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  visit,
} from "graphql";
import { schema, schemaText } from "./schema.ts";

/** Schemas of servers that lack fields, as older releases of GitHub Enterprise Server do, and how they say so. */

const schemas = new Map<string, GraphQLSchema>();

/** The schema without these fields, each written `Type.field`. */
export const schemaWithout = (fields: ReadonlySet<string>): GraphQLSchema => {
  if (fields.size === 0) return schema;
  const key = [...fields].sort().join(" ");
  const known = schemas.get(key);
  if (known) return known;
  let type = "";
  const document = visit(parse(schemaText), {
    ObjectTypeDefinition: (node) => {
      type = node.name.value;
    },
    FieldDefinition: (node) => (fields.has(`${type}.${node.name.value}`) ? null : undefined),
  });
  const made = buildASTSchema(document);
  schemas.set(key, made);
  return made;
};

/**
 * GitHub's error for a field that its schema does not have: no `type`, but a code, the names, and the way to the field
 * from the operation or the fragment. `undefined` for any other error.
 */
export const undefinedFieldBody = (error: GraphQLError, query: string): Record<string, unknown> | undefined => {
  const [, fieldName, typeName] = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(error.message) ?? [];
  const [node] = error.nodes ?? [];
  if (fieldName === undefined || node === undefined) return undefined;
  return {
    path: pathTo(parse(query), node.loc?.start ?? -1),
    extensions: { code: "undefinedField", typeName, fieldName },
    locations: error.locations,
    message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
  };
};

const pathTo = (document: DocumentNode, start: number): string[] => {
  const way: string[] = [];
  let found: string[] = [];
  visit(document, {
    enter: (node) => {
      const name = nameOf(node);
      if (name !== undefined) way.push(name);
      if (node.kind === Kind.FIELD && node.loc?.start === start) found = [...way];
    },
    leave: (node) => {
      if (nameOf(node) !== undefined) way.pop();
    },
  });
  return found;
};

const nameOf = (node: ASTNode): string | undefined => {
  switch (node.kind) {
    case Kind.OPERATION_DEFINITION:
      return node.name === undefined ? node.operation : `${node.operation} ${node.name.value}`;
    case Kind.FRAGMENT_DEFINITION:
      return `fragment ${node.name.value}`;
    case Kind.INLINE_FRAGMENT:
      return `... on ${node.typeCondition?.name.value}`;
    case Kind.FIELD:
      return node.alias?.value ?? node.name.value;
    default:
      return undefined;
  }
};
