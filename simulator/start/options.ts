import { parseArgs } from "node:util";
import { type FaultOrder, faultGrammar, faultOf, faultRule, readFaultOrder } from "../http/fault-notation.ts";
import { gatewayFaultSubject, githubFaultSubject } from "./fault-subjects.ts";
import { type SwitchName, switchKinds } from "./switches.ts";

export type StartOptions = {
  /** Ports; 0 takes a free one. */
  readonly gatewayPort: number;
  readonly githubPort: number;
  /** Path of the OpenAPI file that the example REST API is made of. */
  readonly definition: string;
  /** In the words of the command line; all of them are valid. */
  readonly switches: Readonly<Partial<Record<SwitchName, string>>>;
  readonly faults: readonly FaultOrder[];
};

export const defaults = { gatewayPort: 4566, githubPort: 4567, definition: "simulator/demo/orders.yaml" } as const;

export const flagsUsage = `  --port PORT            of AWS, default ${defaults.gatewayPort}; 0 takes a free one
  --github-port PORT     of GitHub, default ${defaults.githubPort}; 0 takes a free one
  --definition FILE      OpenAPI or Swagger file of the example REST API, default ${defaults.definition}
  --latency MS           how long every request takes, default 0
  --rate-limits on|off   those of the real services, default on
  --time-scale N         how much faster the simulated time passes, for rate limits and slow changes, default 1
  --stages N             quota of stages for a REST API, default 10
  --alarms NAME=STATE    CloudWatch alarms that hold their state: OK, ALARM or INSUFFICIENT_DATA; separated by commas
  --metric-delay S       seconds from a minute's end until its metrics can be read, default 120
  --log-delay S          seconds until a line of an access log can be found, default 120
  --canary-series on|off whether a canary's requests make metrics of their own, default off
  --canary-lines WHERE   moved: a canary's lines are in its own log group; both: also in the stage's; default moved
  --key-delay S          seconds until a change of API keys and usage plans counts for callers, default 60
  --audit-delay S        seconds until CloudTrail can tell of a request, default 300
  --firewall-delay S     seconds until AWS WAF knows a new stage or web ACL, default 0
  --deployment-delay S   seconds until a deployment of an HTTP or WebSocket API is DEPLOYED, default 2
  --deployments WHAT     what becomes of those: succeed or fail, default succeed
  --fault FAULT          something that goes wrong, once or TIMES times; may be given repeatedly:
    ${faultGrammar}
    An operation of AWS is named as in its API reference, or "Invoke" for a call of the deployed API.
    One of GitHub is a method and a route. Without an operation, any request to AWS is struck.
    HTTP and WebSocket APIs have operations of the same names, CreateDeployment for one, which it strikes, too.
    For example --fault 'CreateDeployment=500-after' --fault 'POST /repos/{owner}/{repo}/deployments=403*3'
  --help                 this text

While it runs, each of the two servers takes
  GET  /_simulator/exchanges    all requests so far, as JSON
  POST /_simulator/faults       one fault a line, as above; DELETE forgets those that are left
  GET  /_simulator/switches     the switches as JSON, by the names above
  PUT  /_simulator/switches     the same, to change some: {"latency": 100, "rate-limits": "off"}`;

export const usage = `Usage: npm run simulator -- [flags]

Simulates API Gateway, what an AWS account has beside it, and GitHub on this machine until Ctrl-C, with an example
REST API, an example HTTP API and an open pull request.

${flagsUsage}`;

type Flags = Readonly<Record<string, readonly string[]>>;

const flagNames = ["port", "github-port", "definition", "fault", ...Object.keys(switchKinds)];

/** Reads the command line; `problems` lists everything that is wrong with it, in whole sentences. */
export const readOptions = (
  args: readonly string[],
): "help" | { readonly options: StartOptions } | { readonly problems: readonly string[] } => {
  const problems: string[] = [];
  const flags = readFlags(args, problems);
  if (flags["help"]) return "help";
  const options: StartOptions = {
    gatewayPort: readPort("port", flags, problems) ?? defaults.gatewayPort,
    githubPort: readPort("github-port", flags, problems) ?? defaults.githubPort,
    definition: flags["definition"]?.at(-1) ?? defaults.definition,
    switches: readSwitches(flags, problems),
    faults: readFaults(flags["fault"] ?? [], problems),
  };
  if (options.gatewayPort === options.githubPort && options.gatewayPort !== 0) {
    problems.push(`--port and --github-port are both ${options.gatewayPort}. Give two, or 0 for free ones.`);
  }
  return problems.length > 0 ? { problems } : { options };
};

const readFlags = (args: readonly string[], problems: string[]): Flags => {
  const options = Object.fromEntries(flagNames.map((name) => [name, { type: "string" as const, multiple: true }]));
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options, help: { type: "boolean" } },
    strict: false,
    tokens: true,
  });
  const flags: Record<string, string[]> = {};
  for (const token of tokens) {
    if (token.kind === "positional") problems.push(`${JSON.stringify(token.value)} is no flag.`);
    if (token.kind !== "option") continue;
    if (token.name === "help") flags["help"] = [];
    else if (!flagNames.includes(token.name)) problems.push(`There is no flag ${token.rawName}.`);
    else if (token.value === undefined || token.value === "") problems.push(`${token.rawName} needs a value.`);
    else flags[token.name] = [...(flags[token.name] ?? []), token.value];
  }
  return flags;
};

const readPort = (name: string, flags: Flags, problems: string[]): number | undefined => {
  const text = flags[name]?.at(-1);
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  problems.push(`--${name} is ${JSON.stringify(text)}. It must be a port from 0 to 65535, for example 4566.`);
  return undefined;
};

const isSwitchName = (name: string): name is SwitchName => Object.hasOwn(switchKinds, name);

const readSwitches = (flags: Flags, problems: string[]): StartOptions["switches"] => {
  const switches: Partial<Record<SwitchName, string>> = {};
  for (const [name, values] of Object.entries(flags)) {
    const text = values.at(-1);
    if (!isSwitchName(name) || text === undefined) continue;
    const { rule, parse } = switchKinds[name];
    if (parse(text) === undefined) problems.push(`--${name} is ${JSON.stringify(text)}. It must be ${rule}.`);
    else switches[name] = text;
  }
  return switches;
};

const readFaults = (texts: readonly string[], problems: string[]): FaultOrder[] => {
  const orders: FaultOrder[] = [];
  for (const text of texts) {
    const order = readFaultOrder(text);
    if (!order) problems.push(`--fault is ${JSON.stringify(text)}. It must be ${faultRule}; --help lists the kinds.`);
    else if (subjectOf(order) === undefined) {
      problems.push(
        `--fault names ${JSON.stringify(order.operation)}, which no service has. Operations are named like CreateDeployment, or like 'POST /repos/{owner}/{repo}/deployments'.`,
      );
    } else orders.push(order);
  }
  return orders;
};

/** The service that an order is for. */
export const subjectOf = (order: FaultOrder): "gateway" | "github" | undefined => {
  if (faultOf(order, gatewayFaultSubject)) return "gateway";
  return faultOf(order, githubFaultSubject) ? "github" : undefined;
};
