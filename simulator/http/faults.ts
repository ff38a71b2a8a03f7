import type { SimulatedResponse } from "./exchange.ts";

/**
 * What goes wrong with a request. `before` the service acted: nothing has changed on it. `after`: it has, and only the
 * answer is lost or replaced.
 */
export type FaultEffect =
  | { readonly kind: "answer"; readonly when: "before" | "after"; readonly response: SimulatedResponse }
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  | { readonly kind: "hang"; readonly when: "before" | "after" }
  /** The true answer, cut in the middle of its body: the connection breaks. */
  | { readonly kind: "truncate" }
  /** The same, and then nothing more: the connection stays open. */
  | { readonly kind: "stall" }
  /** The true answer, changed on its way. */
  | { readonly kind: "change"; readonly change: (response: SimulatedResponse) => SimulatedResponse };

export type Fault = {
  /** The operation's exact name, see `Exchange`. Absent: any. */
  readonly operation?: string;
  /** The n-th request to this server, from 1. Absent: any. */
  readonly number?: number;
  /** How many requests it strikes before it is spent. Absent: 1. */
  readonly times?: number;
  /** How many matching requests pass unharmed first. Absent: 0. */
  readonly skip?: number;
  readonly effect: FaultEffect;
};

/** A script of faults; each request meets the first that matches and is not spent. */
export type FaultScript = {
  readonly add: (fault: Fault) => void;
  readonly clear: () => void;
  readonly next: (operation: string, number: number) => FaultEffect | undefined;
};

export const faultScript = (): FaultScript => {
  let pending: { fault: Fault; skip: number; left: number }[] = [];
  return {
    add: (fault) => pending.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 }),
    clear: () => {
      pending = [];
    },
    next: (operation, number) => {
      for (const entry of pending) {
        if (entry.left === 0 || !matches(entry.fault, operation, number)) continue;
        if (entry.skip === 0) {
          entry.left -= 1;
          return entry.fault.effect;
        }
        entry.skip -= 1;
      }
      return undefined;
    },
  };
};

const matches = (fault: Fault, operation: string, number: number): boolean =>
  (fault.operation === undefined || fault.operation === operation) &&
  (fault.number === undefined || fault.number === number);
