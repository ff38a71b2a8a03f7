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

/** Throws where what is to be changed is not there: then a newer package is another one, and has to be looked at. */
const change = (path, pattern, replacement) => {
  const file = join(target, path);
  const text = readFileSync(file, "utf8");
  const changed = text.replace(pattern, replacement);
  if (changed === text) throw new Error(`${path} has nothing of ${pattern}.`);
  writeFileSync(file, changed);
};

/**
 * Each service's client has a class for each of its errors, of all of its operations. Errors that have none are of the
 * service's base class, with the same name, text and status, which is all that is asked for here. Those of STS stay: for
 * the credentials' sake the SDK repeats its requests itself, and one class says that they may be.
 */
const dropErrorClasses = (client) =>
  change(`@aws-sdk/${client}/dist-es/schemas/schemas_0.js`, /^n0_registry\.registerError\(.*\n/gm, "");

/** Ways to credentials lead to each other: as chunks of their own each would hold again what the others hold. */
const CREDENTIALS = /^(?:credential-provider-|token-providers$)/;

const joinImports = (name) => {
  const folder = `@aws-sdk/${name}/dist-es`;
  for (const file of readdirSync(join(target, folder)).filter((one) => one.endsWith(".js"))) {
    if (!DYNAMIC_IMPORT.test(readFileSync(join(target, folder, file), "utf8"))) continue;
    change(`${folder}/${file}`, new RegExp(DYNAMIC_IMPORT, "g"), '$&/* webpackChunkName: "credentials" */ ');
  }
};

const DYNAMIC_IMPORT = /\bawait import\(/;

/** No operation that is used streams events, and tests in process would not get past a missing one. */
const dropEventStreams = () => {
  change(
    "@smithy/core/dist-es/submodules/protocols/HttpProtocol.js",
    /await import\("@smithy\/core\/event-streams"\)/,
    "{}",
  );
  change("@smithy/core/dist-es/submodules/client/smithy-client/command.js", /Boolean\(NormalizedSchema\..*\)/, "false");
};

/** No answer that is used has numbers of more digits than JavaScript's, so that to look for them in its schema finds none. */
const dropLongNumbers = () =>
  change(
    "@smithy/core/dist-es/submodules/protocols/json/needsReviver.js",
    /^export function needsReviver\(schema\) \{\n/m,
    "$&    return false;\n",
  );

/** The SDK holds a second client of STS for its providers of credentials, with a part of the first one's operations. */
const joinTokenServices = () => {
  change("@aws-sdk/nested-clients/package.json", "./dist-es/submodules/sts/index.js", "./sts.js");
  writeFileSync(join(target, "@aws-sdk/nested-clients/sts.js"), 'export * from "@aws-sdk/client-sts";\n');
};

/** What agents for proxies tell about themselves is shown to nobody. */
const dropDebugging = () => {
  for (const name of ["agent-base", "https-proxy-agent"]) copy(name, (manifest) => manifest);
  writeFileSync(join(target, "debug.js"), "export default () => () => {};\n");
};

/**
 * Steps of each request for what is not there: a log of the SDK's own, and an invocation of a Lambda function around the job,
 * which would leave its trace.
 */
const UNUSED_STEPS = ["Logger", "RecursionDetection"];

const NESTED = "@aws-sdk/nested-clients/dist-es/submodules";

const dropSteps = (folder) => {
  for (const step of UNUSED_STEPS) replaceStep(folder, step, "");
};

const replaceStep = (folder, step, replacement) => {
  const [client] = readdirSync(join(target, folder)).filter((file) => file.endsWith("Client.js"));
  change(`${folder}/${client}`, `this.middlewareStack.use(get${step}Plugin(this.config));`, replacement);
  return `${folder}/${client}`;
};

/** When a request is repeated is decided in src/aws/retry.ts alone. The signature is put after a step of this name. */
const dropRepeating = (folder) => {
  const nothing = `{ name: "retryMiddleware", step: "finalizeRequest", priority: "high" }`;
  const client = replaceStep(folder, "Retry", `this.middlewareStack.add((next) => next, ${nothing});`);
  change(client, /resolveRetryConfig\((\w+)\)/, "$1");
  change(`${folder}/runtimeConfig.js`, /^ +maxAttempts: .*\n/m, "");
  change(`${folder}/runtimeConfig.js`, /^ +retryMode: [\s\S]*?, config\),\n/m, "");
};

/** A second implementation of SHA-256, for where Node has none. */
const dropHash = () =>
  change(
    "@smithy/core/dist-es/submodules/checksum/sha256/Sha256Node.js",
    "hasNativeCrypto ? buildNativeClass() : Sha256Js",
    "buildNativeClass()",
  );

/** To load `fs/promises`, and with it what reads lines from terminals, takes longer than to read two files at once. */
const readFilesAtOnce = () =>
  change(
    "@smithy/core/dist-es/submodules/config/shared-ini-file-loader/readFile.js",
    /^import .*"node:fs\/promises";/,
    'import { readFileSync } from "node:fs";\nconst fsReadFile = async (...file) => readFileSync(...file);',
  );

/** As above: Node's own `crypto` is loaded, and that of browsers is not. */
const makeIdsWithCrypto = () => {
  const index = "@smithy/core/dist-es/submodules/serde/index.js";
  change(index, 'import { getRandomValues } from "node:crypto";', 'import { randomUUID } from "node:crypto";');
  change(index, "const _getRandomValues = getRandomValues;\n", "");
  change(index, "bindV4(_getRandomValues)", "() => randomUUID()");
};

copyAll("@actions", withoutSideEffects);
copyAll("@aws-sdk", asModules);
copyAll("@smithy", asModules);
copy("ws", withoutSideEffects);
// As above: what Node would take is one whole, and what browsers would take is the same as ES modules.
copy("yaml", (manifest) => ({ ...withoutSideEffects(manifest), type: "module", exports: "./browser/dist/index.js" }));
const ofSdk = readdirSync(join(target, "@aws-sdk"));
for (const client of ofSdk.filter((name) => name.startsWith("client-"))) {
  dropSteps(`@aws-sdk/${client}/dist-es`);
  if (client !== "client-sts") {
    dropErrorClasses(client);
    dropRepeating(`@aws-sdk/${client}/dist-es`);
  }
}
for (const client of readdirSync(join(target, NESTED))) dropSteps(`${NESTED}/${client}`);
for (const name of ofSdk.filter((one) => CREDENTIALS.test(one))) joinImports(name);
dropEventStreams();
dropLongNumbers();
readFilesAtOnce();
makeIdsWithCrypto();
dropHash();
joinTokenServices();
dropDebugging();
