import { AsyncLocalStorage } from "node:async_hooks";
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

export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    // What the machine has for the AWS SDK (a profile, a region, certificates) is nothing that a test may depend on.
    const { env } = this.global.process;
    for (const name of Object.keys(env)) if (name.startsWith("AWS_")) delete env[name];
  }

  async teardown() {
    await super.teardown();
    for (const storage of used) storage.disable();
    used.clear();
  }
}
