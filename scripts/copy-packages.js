import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Copies packages into the given `node_modules`, changed so that a bundle of them holds only what is used:
 * `node scripts/copy-packages.js FOLDER`. Modules beside that folder find these copies first.
 */

const target = process.argv[2] ?? "lib/node_modules";

/**
 * The packages of the Actions toolkit do not say that they have no side effects. Said here, what nothing uses of them
 * (their client of HTTP, and with it a second implementation of fetch) is left out.
 */
const withoutSideEffects = (manifest) => ({ sideEffects: false, ...manifest });

/** Every package of the AWS SDK is there twice: as ES modules, of which parts can be left out, and as one file for Node. */
const asModules = ({ module = undefined, ...manifest }) =>
  module === undefined ? manifest : { ...manifest, main: module, exports: exportedModules(manifest.exports) };

const exportedModules = (exported) => {
  if (typeof exported !== "object") return exported;
  const { module, ...others } = exported;
  return module === undefined
    ? Object.fromEntries(Object.entries(others).map(([name, value]) => [name, exportedModules(value)]))
    : module;
};

const copy = (scope, changed) => {
  for (const name of readdirSync(join("node_modules", scope))) {
    const [from, to] = ["node_modules", target].map((folder) => join(folder, scope, name));
    const unused = ["dist-cjs", "dist-types"].map((folder) => join(from, folder));
    cpSync(from, to, { recursive: true, dereference: true, filter: (path) => !unused.includes(path) });
    const manifest = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
    writeFileSync(join(to, "package.json"), JSON.stringify(changed(manifest)));
  }
};

copy("@actions", withoutSideEffects);
copy("@aws-sdk", asModules);
copy("@smithy", asModules);
