import { AsyncLocalStorage } from "node:async_hooks";
import { types } from "node:util";
import { TestEnvironment } from "jest-environment-node";

/**
 * Jest loads its own parts anew for each file, and with them an AsyncLocalStorage that nobody ends; on Node 20 every
 * promise of all later files in the same worker carries each of them on. So a file's storages end with the file.
 */
const used = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args) {
  used.add(this);
  return run.apply(this, args);
};

/** What a file may change about the process. */
const MEMBERS = ["env", "stdout", "exit"];

/** The world of all files that a worker plays. What one puts into it goes with it. */
class Environment extends TestEnvironment {
  #names;
  #process;
  #env;

  constructor(...args) {
    super(...args);
    const { Error: RealmError, DOMException, process } = this.global;
    // Jest runs tests in a realm of their own, in which the errors of Node's own modules (a reset connection) are not
    // `instanceof Error`; the AWS SDK asks just that.
    const inherited = Function.prototype[Symbol.hasInstance];
    Object.defineProperty(RealmError, Symbol.hasInstance, {
      value(value) {
        if (this === RealmError) return types.isNativeError(value) || value instanceof DOMException;
        return inherited.call(this, value);
      },
    });
    // What the machine has for the AWS SDK (a profile, a region, certificates) is nothing that a test may depend on.
    const { env } = process;
    for (const name of Object.keys(env)) if (name.startsWith("AWS_")) delete env[name];
    this.#names = new Set(Reflect.ownKeys(this.global));
    this.#process = MEMBERS.map((member) => [member, Object.getOwnPropertyDescriptor(process, member)]);
    this.#env = { ...env };
  }

  async teardown() {
    for (const storage of used) storage.disable();
    used.clear();
    this.fakeTimersModern.useRealTimers();
    for (const name of Reflect.ownKeys(this.global)) if (!this.#names.has(name)) delete this.global[name];
    // Kept by jest for the end of an environment, which this one has with its process only.
    this._globalProxy.leftovers = [];
    const { process } = this.global;
    for (const [member, descriptor] of this.#process) Object.defineProperty(process, member, descriptor);
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, this.#env);
  }
}

let environment;

/** One for all: jest asks for a new one for each file. */
export default function environmentOfWorker(...args) {
  environment ??= new Environment(...args);
  return environment;
}
