/** A command that an action prints for the runner: `::name key=value,key=value::data`. */
export type WorkflowCommand = {
  /** As written; names are compared without regard to case. */
  readonly name: string;
  /** Names in lower case, values decoded. */
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
};

/**
 * The command that a line holds, if it holds one that the runner knows ("Workflow commands", GitHub docs). The `::`
 * form must begin the line, apart from spaces; the older `##[name key=value;key=value]data` may stand anywhere in it.
 * `isKnown` gets the name in lower case.
 */
export const parseWorkflowCommand = (line: string, isKnown: (name: string) => boolean): WorkflowCommand | undefined =>
  parseColonForm(line, isKnown) ?? parseBracketForm(line, isKnown);

type Form = { readonly separator: string; readonly property: EscapeTable; readonly data: EscapeTable };

type EscapeTable = readonly (readonly [escaped: string, character: string])[];

const dataEscapes: EscapeTable = [
  ["%0D", "\r"],
  ["%0A", "\n"],
  ["%25", "%"],
];

const colonForm: Form = {
  separator: ",",
  property: [["%3A", ":"], ["%2C", ","], ...dataEscapes],
  data: dataEscapes,
};

const bracketEscapes: EscapeTable = [["%3B", ";"], ["%5D", "]"], ...dataEscapes];

const bracketForm: Form = { separator: ";", property: bracketEscapes, data: bracketEscapes };

/** White space as .NET's `TrimStart` sees it (`Char.IsWhiteSpace`): U+0085 is some, U+FEFF is none. */
const LEADING_BLANKS = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

const parseColonForm = (line: string, isKnown: (name: string) => boolean): WorkflowCommand | undefined => {
  const text = line.replace(LEADING_BLANKS, "");
  if (!text.startsWith("::")) return undefined;
  const end = text.indexOf("::", 2);
  return end === -1 ? undefined : toCommand(text.slice(2, end), text.slice(end + 2), colonForm, isKnown);
};

const parseBracketForm = (line: string, isKnown: (name: string) => boolean): WorkflowCommand | undefined => {
  const start = line.indexOf("##[");
  const end = start === -1 ? -1 : line.indexOf("]", start);
  return end === -1 ? undefined : toCommand(line.slice(start + 3, end), line.slice(end + 1), bracketForm, isKnown);
};

const toCommand = (
  head: string,
  data: string,
  form: Form,
  isKnown: (name: string) => boolean,
): WorkflowCommand | undefined => {
  const space = head.indexOf(" ");
  const name = space === -1 ? head : head.slice(0, space);
  if (!isKnown(name.toLowerCase())) return undefined;
  return {
    name,
    properties: space === -1 ? {} : parseProperties(head.slice(space + 1).trim(), form),
    data: decode(data, form.data),
  };
};

const parseProperties = (text: string, form: Form): Record<string, string> => {
  const properties: Record<string, string> = {};
  for (const pair of text.split(form.separator)) {
    const equals = pair.indexOf("=");
    const value = pair.slice(equals + 1);
    if (equals > 0 && value !== "") properties[pair.slice(0, equals).toLowerCase()] = decode(value, form.property);
  }
  return properties;
};

const decode = (text: string, escapes: EscapeTable): string =>
  escapes.reduce((result, [escaped, character]) => result.replaceAll(escaped, character), text);
