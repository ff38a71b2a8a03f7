import { type CollectionTag, parse, type ScalarTag } from "yaml";

/**
 * What CloudFormation makes of a template, as far as setup/role.yml goes: parameters, conditions, intrinsic functions and
 * Fn::ForEach ("Intrinsic function reference", CloudFormation template reference). Throws for any other function.
 */

type Parameters = Readonly<Record<string, string | readonly string[]>>;
type Mapping = Readonly<Record<string, unknown>>;

const functions = ["Ref", "Condition", "Sub", "Join", "Equals", "Not", "And", "Or", "If"];

const inScalar = (name: string): ScalarTag => ({
  tag: `!${name}`,
  resolve: (value: string) => ({ [`!${name}`]: value }),
});

const inSequence = (name: string): CollectionTag => ({
  tag: `!${name}`,
  collection: "seq",
  resolve: (value) => ({ [`!${name}`]: value.toJSON() }),
});

/** `!Name value` as `{ "!Name": value }`. */
const tags: readonly (ScalarTag | CollectionTag)[] = functions.flatMap((name) => [inScalar(name), inSequence(name)]);

const noValue = Symbol("AWS::NoValue");

const pseudoParameters: Parameters = {
  "AWS::Partition": "aws",
  "AWS::Region": "eu-central-1",
  "AWS::AccountId": "123456789012",
};

export type Resource = { readonly Type: string; readonly Properties: Mapping };

/** The resources that a stack with these parameters has, and the outputs, with references to resources by their names. */
export const stackOf = (
  text: string,
  given: Parameters,
): { readonly resources: Readonly<Record<string, Resource>>; readonly outputs: Readonly<Record<string, string>> } => {
  const template = parse(text, { customTags: [...tags] }) as Readonly<Record<string, Mapping>>;
  const declared = template["Parameters"] as Readonly<Record<string, { Type: string; Default?: string }>>;
  const unknown = Object.keys(given).find((name) => !(name in declared));
  if (unknown !== undefined) throw new Error(`there is no parameter ${unknown}`);
  const parameters = Object.fromEntries(
    Object.entries(declared).map(([name, { Type, Default }]) => {
      const value = given[name] ?? Default;
      if (value === undefined) throw new Error(`the parameter ${name} is required`);
      return [name, Type === "CommaDelimitedList" && typeof value === "string" ? value.split(",") : value];
    }),
  );
  const stack: Stack = { conditions: template["Conditions"] ?? {}, values: { ...pseudoParameters, ...parameters } };
  const parts = (section: string): Mapping => {
    const unrolled = Object.entries(template[section] ?? {}).flatMap(([name, part]) => unroll(stack, name, part));
    const wanted = unrolled.filter(([, part]) => isWanted(stack, part as { Condition?: string }));
    return Object.fromEntries(wanted.map(([name, part]) => [name, evaluate(stack, part)]));
  };
  const outputs = Object.entries(parts("Outputs")).map(([name, output]) => [name, (output as { Value: string }).Value]);
  return {
    resources: parts("Resources") as Readonly<Record<string, Resource>>,
    outputs: Object.fromEntries(outputs),
  };
};

type Stack = { readonly conditions: Mapping; readonly values: Parameters };

/** `Fn::ForEach::Name: [identifier, collection, fragment]`, once for each item; anything else as it is. */
const unroll = (stack: Stack, name: string, part: unknown): readonly (readonly [string, unknown])[] => {
  if (!name.startsWith("Fn::ForEach::")) return [[name, part]];
  const [identifier, collection, fragment] = part as [string, unknown, Mapping];
  return (evaluate(stack, collection) as readonly string[]).flatMap((item) =>
    Object.entries(JSON.parse(JSON.stringify(fragment).replaceAll(`\${${identifier}}`, item))),
  );
};

const isWanted = (stack: Stack, { Condition }: { Condition?: string }): boolean =>
  Condition === undefined || holds(stack, Condition);

const holds = (stack: Stack, name: string): boolean => {
  if (!(name in stack.conditions)) throw new Error(`there is no condition ${name}`);
  return evaluate(stack, stack.conditions[name]) === true;
};

const evaluate = (stack: Stack, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item) => evaluate(stack, item)).filter((item) => item !== noValue);
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = ["", undefined]] = Object.entries(value);
  if (name.startsWith("!")) return call(stack, name.slice(1), argument);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, evaluate(stack, member)]));
};

const call = (stack: Stack, name: string, argument: unknown): unknown => {
  const list = (): readonly unknown[] => evaluate(stack, argument) as readonly unknown[];
  switch (name) {
    case "Ref":
      return argument === "AWS::NoValue" ? noValue : (stack.values[String(argument)] ?? argument);
    case "Condition":
      return holds(stack, String(argument));
    case "Sub":
      return String(argument).replaceAll(/\$\{([\w:.]+)\}/g, (_, reference) =>
        String(stack.values[reference] ?? reference),
      );
    case "Join": {
      const [delimiter, items] = list() as [string, readonly string[]];
      return items.join(delimiter);
    }
    case "Equals": {
      const [one, other] = list();
      return one === other;
    }
    case "Not":
      return list()[0] !== true;
    case "And":
      return list().every((one) => one === true);
    case "Or":
      return list().some((one) => one === true);
    case "If": {
      const [condition, then, otherwise] = argument as [string, unknown, unknown];
      return evaluate(stack, holds(stack, condition) ? then : otherwise);
    }
    default:
      throw new Error(`the function ${name} is not known here`);
  }
};
