import { type Exchange, jsonResponse, type SimulatedRequest, type SimulatedResponse } from "./exchange.ts";
import { type FaultSubject, faultOf, faultRule, readFaultOrder } from "./fault-notation.ts";
import type { SimulatorServer } from "./server.ts";

/** Something that can be changed while a server runs. */
export type Switch = {
  /** What values it takes, to end the sentence "It must be …". */
  readonly rule: string;
  readonly read: () => string | number;
  /** Makes the change that puts the value in force, or `undefined` for a value that it does not take. */
  readonly change: (value: string) => (() => void) | undefined;
};

export type Switches = Readonly<Record<string, Switch>>;

/** What `SimulatorServer.control` answers with: faults, switches and the record of exchanges, over HTTP. */
export const controls = (
  server: Pick<SimulatorServer, "exchanges" | "faults">,
  switches: Switches,
  subject: FaultSubject,
): ((request: SimulatedRequest) => SimulatedResponse) => {
  const routes: Readonly<Record<string, (request: SimulatedRequest) => SimulatedResponse>> = {
    "GET /_simulator/exchanges": () => jsonResponse(200, server.exchanges.map(exchangeView)),
    "POST /_simulator/faults": ({ body }) => orderFaults(body.toString("utf8"), server, subject),
    "DELETE /_simulator/faults": () => {
      server.faults.clear();
      return { status: 204, headers: {}, body: "" };
    },
    "GET /_simulator/switches": () => jsonResponse(200, positions(switches)),
    "PUT /_simulator/switches": ({ body }) => turnSwitches(body.toString("utf8"), switches),
  };
  return (request) =>
    routes[`${request.method} ${request.path}`]?.(request) ??
    jsonResponse(404, { message: `There is no ${request.method} ${request.path}.`, known: Object.keys(routes) });
};

/** Headers stay out, because they carry credentials. Times are milliseconds of the simulator's process. */
const exchangeView = ({ number, operation, request, status, startedAt, endedAt }: Exchange) => ({
  number,
  operation,
  method: request.method,
  url: `${request.path}${request.url.search}`,
  body: request.body.toString("utf8"),
  status,
  startedAt,
  endedAt,
});

const refused = (problems: readonly string[]): SimulatedResponse =>
  jsonResponse(400, { message: `Nothing was changed. ${problems.join(" ")}`, problems });

/** One fault a line. All of them are taken, or none. */
const orderFaults = (text: string, server: Pick<SimulatorServer, "faults">, subject: FaultSubject) => {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const faults = lines.map((line) => {
    const order = readFaultOrder(line);
    return order && faultOf(order, subject);
  });
  const wrong = lines.filter((_, index) => faults[index] === undefined);
  if (lines.length === 0 || wrong.length > 0) {
    const which = wrong.map((line) => `${JSON.stringify(line)} is no fault for this service.`);
    return refused([...which, `The body must be one fault a line, ${faultRule}.`]);
  }
  for (const fault of faults) if (fault) server.faults.add(fault);
  return jsonResponse(200, { ordered: lines });
};

const positions = (switches: Switches): Record<string, string | number> =>
  Object.fromEntries(Object.entries(switches).map(([name, { read }]) => [name, read()]));

const turnSwitches = (text: string, switches: Switches): SimulatedResponse => {
  const wanted = readObject(text);
  if (!wanted) return refused([`The body must be a JSON object, for example ${JSON.stringify(positions(switches))}.`]);
  const problems: string[] = [];
  const changes: (() => void)[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    const found = Object.hasOwn(switches, name) ? switches[name] : undefined;
    const change = found?.change(String(value));
    if (change) changes.push(change);
    else if (found) problems.push(`${name} is ${JSON.stringify(value)}. It must be ${found.rule}.`);
    else problems.push(`There is no switch ${name} here; there are ${Object.keys(switches).join(", ")}.`);
  }
  if (problems.length > 0) return refused(problems);
  for (const change of changes) change();
  return jsonResponse(200, positions(switches));
};

const readObject = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
};
