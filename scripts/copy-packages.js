import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Copies packages into the given `node_modules`, changed so that a bundle of them holds only what is used:
 * `node scripts/copy-packages.js FOLDER`. Modules beside that folder find these copies first.
 */

const target = process.argv[2] ?? "lib/node_modules";

/**
 * The packages of the Actions toolkit, and that of WebSockets, do not say that they have no side effects. Said here, what
 * nothing uses of them (a client of HTTP, and with it a second implementation of fetch; a server) is left out.
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

const copy = (name, changed) => {
  const [from, to] = ["node_modules", target].map((folder) => join(folder, name));
  const unused = ["dist-cjs", "dist-types"].map((folder) => join(from, folder));
  cpSync(from, to, { recursive: true, dereference: true, filter: (path) => !unused.includes(path) });
  const manifest = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  writeFileSync(join(to, "package.json"), JSON.stringify(changed(manifest)));
};

const copyAll = (scope, changed) => {
  for (const name of readdirSync(join("node_modules", scope))) copy(join(scope, name), changed);
};

copyAll("@actions", withoutSideEffects);
copyAll("@aws-sdk", asModules);
copyAll("@smithy", asModules);
copy("ws", withoutSideEffects);
