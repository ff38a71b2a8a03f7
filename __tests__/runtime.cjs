const { join, sep } = require("node:path");
const { default: Runtime } = require(require.resolve("jest-runtime", { paths: [require.resolve("jest")] }));

/**
 * Jest refuses to load a module while none of its tests is running, and takes those that run at once for none. What they
 * run loads its parts when it needs them, as it does for users.
 */
class PatientRuntime extends Runtime {
  constructor(...args) {
    super(...args);
    // One way of loading on all versions of Node.js, the one that asks `loadEsmModule` for every file.
    this._resolution.hasDistinctAsyncResolver = () => true;
  }
  leaveTestCode() {}
}

/** Loads what is tested and what that depends on, once for all files that a worker plays. */
let shared;

/** Jest's own parts, which run anew for each test file, by their files: read and compiled once. */
const compiled = new Map();

/**
 * Most of a test file's time would go into loading the AWS SDK, the simulator and src/ anew, and into running code that
 * V8 has not seen before. Only what stands in __tests__ is loaded for each file; the rest stays, as it does between the
 * tests of one file. See environment.js for the world that they share.
 */
module.exports = class extends PatientRuntime {
  constructor(config, ...args) {
    super(config, ...args);
    shared ??= new PatientRuntime(config, ...args);
    const tests = join(config.rootDir, "__tests__") + sep;
    this.#compileOnce((path) => !path.startsWith(tests));
    const { esmLoader } = this;
    const { loadEsmModule, loadCjsAsEsm } = esmLoader;
    esmLoader.loadEsmModule = (path, suffix) =>
      path.startsWith(tests)
        ? loadEsmModule.call(esmLoader, path, suffix)
        : shared.esmLoader.loadEsmModule(path, suffix);
    esmLoader.loadCjsAsEsm = (from, path, ...rest) =>
      path.startsWith(tests)
        ? loadCjsAsEsm.call(esmLoader, from, path, ...rest)
        : shared.esmLoader.loadCjsAsEsm(from, path, ...rest);
  }
  #compileOnce(isKept) {
    const { executor, fileCache } = this;
    const { compile } = executor;
    const { readFile } = fileCache;
    fileCache.readFile = (path) => (isKept(path) ? shared.fileCache.readFile(path) : readFile.call(fileCache, path));
    executor.compile = (source, path) => {
      if (!isKept(path)) return compile.call(executor, source, path);
      if (!compiled.has(path)) compiled.set(path, compile.call(executor, source, path));
      return compiled.get(path);
    };
  }
  /** For the stacks of errors, read when there is one. */
  getSourceMaps() {
    const maps = [super.getSourceMaps(), shared.getSourceMaps()];
    return {
      get: (path) => maps.map((map) => map.get(path)).find((found) => found !== undefined),
      *[Symbol.iterator]() {
        for (const map of maps) yield* map;
      },
    };
  }
};
