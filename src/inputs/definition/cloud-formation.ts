import { shortened } from "../shortened.ts";
import type { DocumentNotes, Suspect } from "./document-notes.ts";
import type { SyntaxProblem } from "./syntax.ts";
import { isMapping, type Mapping } from "./values.ts";

/** CloudFormation User Guide, "Intrinsic function reference": the short forms. */
const FUNCTION_TAGS =
  /^!(?:Ref|Condition|Sub|GetAtt|GetAZs|Join|Select|Split|ImportValue|FindInMap|Base64|Cidr|If|And|Or|Not|Equals|Transform|ToJsonString|Length|ForEach)$/;

export const isFunctionTag = (tag: string): boolean => FUNCTION_TAGS.test(tag);

const ADVICE =
  "an import does not resolve it. Write the plain value, or let CloudFormation do it: include the file in a template (`AWS::Include`) and run `aws cloudformation package` and `deploy`.";

/** What only CloudFormation resolves: its functions, as tags or as members. */
export const cloudFormationProblems = ({ tags, suspects }: DocumentNotes): readonly SyntaxProblem[] => {
  const functions = [
    ...tags.filter(({ tag }) => isFunctionTag(tag)).map(({ offset, tag }) => ({ offset, what: tag })),
    ...suspects.filter(isFunction).map(({ offset, name }) => ({ offset, what: shortened(name) })),
  ].sort((one, other) => one.offset - other.offset);
  return functions.map(({ offset, what }) => ({
    offset,
    message: `\`${what}\` is a function of CloudFormation, and ${ADVICE}`,
  }));
};

/** A mapping with `Ref` and nothing else; a schema may well have a property of that name. */
const isFunction = ({ name, parent }: Suspect): boolean =>
  name.startsWith("Fn::") || (name === "Ref" && Object.keys(parent).length === 1 && typeof parent["Ref"] === "string");

/** Whether a document is the template that a definition may be part of. */
export const isTemplate = (document: Mapping): boolean =>
  "AWSTemplateFormatVersion" in document || isMapping(document["Resources"]);

/**
 * What looks like a placeholder for another tool. Stage variables are resolved in a call, and the variables of
 * CloudFormation's names in an import (Developer Guide, "AWS variables for OpenAPI import").
 */
const PLACEHOLDER = /\$\{(?!stageVariables\b|AWS::(?:AccountId|Partition|Region)\})[^{}]{1,200}\}|\{\{[^{}]{1,200}\}\}/;

/** Where an integration or an authorizer is found or allowed: warns of what an import takes as it is written. */
export const placeholderWarnings = ({ suspects }: DocumentNotes): readonly SyntaxProblem[] =>
  suspects.flatMap(({ offset, name, parent }) => {
    const value = parent[name];
    const placeholder = typeof value === "string" ? PLACEHOLDER.exec(value)?.[0] : undefined;
    if (placeholder === undefined) return [];
    const message = `\`${name}\` holds \`${placeholder}\`, and an import does not resolve it: API Gateway takes it as it is written. Was the file meant to go through another tool first?`;
    return [{ offset, message }];
  });
