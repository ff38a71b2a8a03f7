import { memberOf } from "./member.ts";

/**
 * The part of the Velocity Template Language that mapping templates of mock integrations commonly use: references,
 * `#set`, `#if`/`#elseif`/`#else`, and comments. All else is refused, not passed over.
 */

/** A template that the simulator cannot evaluate; its message says what it met. */
export class UnsupportedTemplate extends Error {}

/** What a template can name: `context` for `$context`. `#set` adds and changes members. */
export type Scope = Record<string, unknown>;

type Step =
  | { readonly kind: "member"; readonly key: Expression }
  | { readonly kind: "call"; readonly name: string; readonly inputs: readonly Expression[] };

type Reference = {
  readonly kind: "reference";
  readonly source: string;
  readonly quiet: boolean;
  readonly root: string;
  readonly steps: readonly Step[];
};

type Expression =
  | Reference
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "interpolated"; readonly nodes: readonly Node[] }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression };

type Node =
  | Reference
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "set"; readonly target: Reference; readonly value: Expression }
  | {
      readonly kind: "if";
      readonly branches: readonly { readonly condition: Expression; readonly body: readonly Node[] }[];
      readonly otherwise: readonly Node[];
    };

/** @throws UnsupportedTemplate */
export const renderTemplate = (template: string, scope: Scope): string => {
  const cursor: Cursor = { source: template, at: 0 };
  const nodes = parseBlock(cursor);
  if (cursor.at < template.length) throw unsupported(cursor);
  return renderNodes(nodes, scope);
};

type Cursor = { readonly source: string; at: number };

/** Takes what a sticky pattern matches at the cursor. */
const take = (cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined => {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.source);
  if (!found) return undefined;
  cursor.at += found[0].length;
  return found;
};

const isNext = (cursor: Cursor, pattern: RegExp): boolean => {
  pattern.lastIndex = cursor.at;
  return pattern.test(cursor.source);
};

const expect = (cursor: Cursor, pattern: RegExp): RegExpExecArray => {
  const found = take(cursor, pattern);
  if (!found) throw unsupported(cursor);
  return found;
};

const unsupported = (cursor: Cursor): UnsupportedTemplate =>
  new UnsupportedTemplate(`cannot evaluate ${JSON.stringify(cursor.source.slice(cursor.at, cursor.at + 40))}`);

const patterns = {
  blockEnd: /#(elseif\b|else\b|end\b|\{else\}|\{end\})/y,
  comment: /##[^\n]*\n?|#\*[\s\S]*?\*#/y,
  set: /#set\s*\(\s*/y,
  if: /#if\s*\(/y,
  elseIf: /#elseif\s*\(/y,
  else: /#(else\b|\{else\})/y,
  end: /#(end\b|\{end\})/y,
  otherDirective: /#\{?(foreach|macro|parse|include|define|evaluate|stop|break)\b/y,
  // A directive that stands alone at the end of its line takes the line's end with it.
  lineEnd: /[ \t]*\r?\n/y,
  referenceStart: /\$(!?)(\{?)([A-Za-z]\w*)/y,
  call: /\.([A-Za-z]\w*)\(\s*/y,
  // Velocity's names may have hyphens in them.
  member: /\.([A-Za-z_]\w*(?:-[A-Za-z]\w*)*)/y,
  index: /\[\s*/y,
  text: /[\s\S][^#$]*/y,
} as const;

const parseBlock = (cursor: Cursor): Node[] => {
  const nodes: Node[] = [];
  while (cursor.at < cursor.source.length && !isNext(cursor, patterns.blockEnd)) nodes.push(parseNode(cursor));
  return nodes;
};

const parseNode = (cursor: Cursor): Node => {
  if (take(cursor, patterns.comment)) return { kind: "text", text: "" };
  if (take(cursor, patterns.set)) return parseSet(cursor);
  if (take(cursor, patterns.if)) return parseIf(cursor);
  if (isNext(cursor, patterns.otherDirective)) throw unsupported(cursor);
  if (isNext(cursor, patterns.referenceStart)) return parseReference(cursor);
  return { kind: "text", text: expect(cursor, patterns.text)[0] };
};

const parseSet = (cursor: Cursor): Node => {
  const target = parseReference(cursor);
  expect(cursor, /\s*=/y);
  const value = parseExpression(cursor);
  expect(cursor, /\)/y);
  take(cursor, patterns.lineEnd);
  return { kind: "set", target, value };
};

const parseIf = (cursor: Cursor): Node => {
  const branches: { condition: Expression; body: Node[] }[] = [];
  do branches.push(parseBranch(cursor));
  while (take(cursor, patterns.elseIf));
  const otherwise = take(cursor, patterns.else) ? parseBody(cursor) : [];
  expect(cursor, patterns.end);
  take(cursor, patterns.lineEnd);
  return { kind: "if", branches, otherwise };
};

const parseBranch = (cursor: Cursor): { condition: Expression; body: Node[] } => {
  const condition = parseExpression(cursor);
  expect(cursor, /\)/y);
  return { condition, body: parseBody(cursor) };
};

const parseBody = (cursor: Cursor): Node[] => {
  take(cursor, patterns.lineEnd);
  return parseBlock(cursor);
};

const parseReference = (cursor: Cursor): Reference => {
  const start = cursor.at;
  const [, quiet, brace, root = ""] = expect(cursor, patterns.referenceStart);
  const steps: Step[] = [];
  for (let step = parseStep(cursor); step; step = parseStep(cursor)) steps.push(step);
  if (brace) expect(cursor, /\}/y);
  return { kind: "reference", source: cursor.source.slice(start, cursor.at), quiet: quiet === "!", root, steps };
};

const parseStep = (cursor: Cursor): Step | undefined => {
  const call = take(cursor, patterns.call);
  if (call) return { kind: "call", name: call[1] ?? "", inputs: parseInputs(cursor) };
  const member = take(cursor, patterns.member);
  if (member) return { kind: "member", key: { kind: "literal", value: member[1] ?? "" } };
  if (!take(cursor, patterns.index)) return undefined;
  const key = parseExpression(cursor);
  expect(cursor, /\]/y);
  return { kind: "member", key };
};

const parseInputs = (cursor: Cursor): Expression[] => {
  const inputs: Expression[] = [];
  while (!take(cursor, /\)/y)) {
    if (inputs.length > 0) expect(cursor, /,/y);
    inputs.push(parseExpression(cursor));
  }
  return inputs;
};

/** The binary operators from the loosest to the tightest. */
const operators: readonly RegExp[] = [/\|\|/y, /&&/y, /==|!=/y, /<=|>=|<|>/y];

/** Takes the blanks around itself. */
const parseExpression = (cursor: Cursor, level = 0): Expression => {
  const operator = operators[level];
  if (!operator) return parseOperand(cursor);
  let left = parseExpression(cursor, level + 1);
  for (let found = take(cursor, operator); found; found = take(cursor, operator)) {
    left = { kind: "binary", operator: found[0], left, right: parseExpression(cursor, level + 1) };
  }
  return left;
};

const parseOperand = (cursor: Cursor): Expression => {
  take(cursor, /\s*/y);
  const operand = take(cursor, /!/y)
    ? ({ kind: "not", operand: parseOperand(cursor) } as const)
    : (parseLiteral(cursor) ?? parseGroup(cursor) ?? parseReference(cursor));
  take(cursor, /\s*/y);
  return operand;
};

const parseGroup = (cursor: Cursor): Expression | undefined => {
  if (!take(cursor, /\(/y)) return undefined;
  const grouped = parseExpression(cursor);
  expect(cursor, /\)/y);
  return grouped;
};

const parseLiteral = (cursor: Cursor): Expression | undefined => {
  const number = take(cursor, /-?\d+(\.\d+)?/y);
  if (number) return { kind: "literal", value: Number(number[0]) };
  const boolean = take(cursor, /(true|false)\b/y);
  if (boolean) return { kind: "literal", value: boolean[0] === "true" };
  const plain = take(cursor, /'([^']*)'/y);
  if (plain) return { kind: "literal", value: plain[1] ?? "" };
  const quoted = take(cursor, /"([^"]*)"/y);
  return quoted && { kind: "interpolated", nodes: parseBlock({ source: quoted[1] ?? "", at: 0 }) };
};

const renderNodes = (nodes: readonly Node[], scope: Scope): string =>
  nodes.map((node) => renderNode(node, scope)).join("");

const renderNode = (node: Node, scope: Scope): string => {
  switch (node.kind) {
    case "text":
      return node.text;
    case "reference":
      return renderReference(node, scope);
    case "set":
      assign(node.target, evaluate(node.value, scope), scope);
      return "";
    case "if": {
      const branch = node.branches.find(({ condition }) => isTrue(evaluate(condition, scope)));
      return renderNodes(branch?.body ?? node.otherwise, scope);
    }
  }
};

/** Velocity leaves a name that it does not know as it stands; a member that is not there is empty (recorded behaviour). */
const renderReference = (reference: Reference, scope: Scope): string => {
  if (!Object.hasOwn(scope, reference.root)) return reference.quiet ? "" : reference.source;
  const value = evaluate(reference, scope);
  if (typeof value === "object" && value !== null) {
    throw new UnsupportedTemplate(`cannot write the object ${reference.source} as text`);
  }
  return value === undefined || value === null ? "" : String(value);
};

const evaluate = (expression: Expression, scope: Scope): unknown => {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "interpolated":
      return renderNodes(expression.nodes, scope);
    case "not":
      return !isTrue(evaluate(expression.operand, scope));
    case "binary":
      return evaluateBinary(expression.operator, expression.left, expression.right, scope);
    case "reference":
      return expression.steps.reduce<unknown>(
        (value, step) => takeStep(value, step, expression, scope),
        Object.hasOwn(scope, expression.root) ? scope[expression.root] : undefined,
      );
  }
};

const evaluateBinary = (operator: string, left: Expression, right: Expression, scope: Scope): boolean => {
  if (operator === "||") return isTrue(evaluate(left, scope)) || isTrue(evaluate(right, scope));
  if (operator === "&&") return isTrue(evaluate(left, scope)) && isTrue(evaluate(right, scope));
  const [a, b] = [evaluate(left, scope), evaluate(right, scope)];
  if (operator === "==") return a === b;
  if (operator === "!=") return a !== b;
  return compareNumbers(operator, Number(a), Number(b));
};

const compareNumbers = (operator: string, a: number, b: number): boolean => {
  if (operator === "<") return a < b;
  if (operator === ">") return a > b;
  return operator === "<=" ? a <= b : a >= b;
};

/** An empty text is true, as Velocity has it. */
const isTrue = (value: unknown): boolean => value !== undefined && value !== null && value !== false;

const takeStep = (value: unknown, step: Step, reference: Reference, scope: Scope): unknown => {
  if (step.kind === "member") return memberOf(value, String(evaluate(step.key, scope)));
  const inputs = step.inputs.map((input) => evaluate(input, scope));
  const own = memberOf(value, step.name);
  if (typeof own === "function") return own(...inputs);
  const method = Object.hasOwn(methods, step.name) ? methods[step.name] : undefined;
  if (!method) throw new UnsupportedTemplate(`does not know the method ${step.name} in ${reference.source}`);
  return method(value, String(inputs[0] ?? ""));
};

/** The Java methods of texts and maps that templates call most. */
const methods: Readonly<Record<string, (value: unknown, input: string) => unknown>> = {
  get: memberOf,
  containsKey: (value, key) => memberOf(value, key) !== undefined,
  equals: (value, other) => value === other,
  contains: (value, part) => String(value ?? "").includes(part),
  isEmpty: (value) => String(value ?? "") === "",
  toLowerCase: (value) => String(value ?? "").toLowerCase(),
  toUpperCase: (value) => String(value ?? "").toUpperCase(),
};

/** `#set` on a member makes the maps on the way to it. */
const assign = (target: Reference, value: unknown, scope: Scope): void => {
  const keys = target.steps.map((step) => {
    if (step.kind === "call") throw new UnsupportedTemplate(`cannot set ${target.source}`);
    return String(evaluate(step.key, scope));
  });
  const path = [target.root, ...keys];
  const last = path.pop() ?? "";
  let holder: Record<string, unknown> = scope;
  for (const key of path) {
    const inner = memberOf(holder, key);
    if (typeof inner !== "object" || inner === null) setMember(holder, key, {});
    holder = memberOf(holder, key) as Record<string, unknown>;
  }
  setMember(holder, last, value);
};

/** Defines instead of assigning, so that no name reaches a prototype. */
const setMember = (holder: Record<string, unknown>, key: string, value: unknown): void => {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
};
