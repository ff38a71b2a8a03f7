import type { SimulatedResponse } from "./exchange.ts";
import type { Fault, FaultEffect } from "./faults.ts";

/** What a service tells about the faults that can be ordered for it. */
export type FaultSubject = {
  /** The operation's exact name, or `undefined` where the service has no such operation. */
  readonly operation: (name: string) => string | undefined;
  /** How the service words an answer with this status, from 400 to 599, to an operation or, without one, to any. */
  readonly failure: (status: number, operation?: string) => SimulatedResponse;
};

/** A fault as it is written, its parts apart. */
export type FaultOrder = {
  /** Empty for any operation. */
  readonly operation: string;
  readonly kind: string;
  /** How many requests it strikes. */
  readonly times: number;
};

/** What a fault must be, to end the sentence "It must be …". */
export const faultRule = "OPERATION=KIND or OPERATION=KIND*TIMES, for example CreateDeployment=500-after*2";

export const faultGrammar = `OPERATION=KIND, or OPERATION=KIND*TIMES. The kind is one of
    429, 409, 500, …          a status from 400 to 599, before the service acted
    500-after                 the same once it has acted
    reset-before, reset-after the connection is cut
    hang-before, hang-after   no answer ever comes ("hang" means before)
    truncate                  the true answer, cut in the middle
    stall                     the same, and then silence`;

/** Reads `OPERATION=KIND` or `OPERATION=KIND*TIMES`; `undefined` for all else. */
export const readFaultOrder = (text: string): FaultOrder | undefined => {
  const match = /^([^=]*)=([^=*\s]+)(?:\*([1-9]\d{0,5}))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, operation = "", kind = "", times = "1"] = match;
  const known = /^(?:[45]\d\d(?:-before|-after)?|reset-(?:before|after)|hang(?:-before|-after)?|truncate|stall)$/;
  return known.test(kind) ? { operation: operation.trim(), kind, times: Number(times) } : undefined;
};

/** The fault that was ordered, or `undefined` where the service has no such operation. */
export const faultOf = ({ operation, kind, times }: FaultOrder, subject: FaultSubject): Fault | undefined => {
  if (operation === "") return { times, effect: effectOf(kind, subject) };
  const name = subject.operation(operation);
  return name === undefined ? undefined : { operation: name, times, effect: effectOf(kind, subject, name) };
};

const effectOf = (kind: string, { failure }: FaultSubject, operation?: string): FaultEffect => {
  const [what = "", after] = kind.split("-");
  const when = after === "after" ? "after" : "before";
  if (what === "truncate" || what === "stall") return { kind: what };
  if (what === "reset" || what === "hang") return { kind: what, when };
  return { kind: "answer", when, response: failure(Number(what), operation) };
};
