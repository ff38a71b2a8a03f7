import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { root } from "../project-files.ts";

/** A repository that is ready for a release, with a `gh` that writes down what it is told, and a `src/` that is built at once. */

const folder = mkdtempSync(join(tmpdir(), "release-"));
const calls = join(folder, "calls.txt");
const repository = join(folder, "repository");

const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
    cwd: repository,
    encoding: "utf8",
  }).trim();

const write = (path: string, text: string): void => {
  mkdirSync(join(repository, path, ".."), { recursive: true });
  writeFileSync(join(repository, path), text);
};

const CHANGELOG = [
  "# Changelog",
  "## Unreleased",
  "## 1.2.3 - 2026-11-28",
  "### Added\n\n- A thing.",
  "## 1.2.2",
  "- Old.",
].join("\n\n");

const ready = (version: string): void => {
  write("package.json", JSON.stringify({ version }));
  write("package-lock.json", JSON.stringify({ version, packages: { "": { version } } }));
  write("src/version.ts", `export const version = "${version}";\n`);
};

/** What the last fetch has seen on `main`. */
const fetched = (commit: string): string => git("update-ref", "refs/remotes/origin/main", commit);

beforeAll(() => {
  mkdirSync(repository);
  git("init", "-q", "-b", "main");
  ready("1.2.3");
  write("CHANGELOG.md", CHANGELOG);
  write(".gitignore", "assets/\nbuilt/\n");
  write(".github/CODEOWNERS", "# Not @OWNER any more.\n* @acme/gateways\n");
  write("assets/one.tar.gz", "1");
  for (const path of ["action.yml", "node24/action.yml", "LICENSE", "README.md"]) write(path, path);
  for (const path of ["dist/index.js", "dist/1.index.js", "dist/licenses.txt"]) write(path, path);
  write("scripts/prerequisites.js", "");
  write("scripts/package-cli.sh", 'echo 1 >"$1/apigw-stage.tgz"');
  write(
    "scripts/build.sh",
    'mkdir "$1"; for file in index.js 1.index.js licenses.txt; do printf "dist/$file" >"$1/$file"; done; echo "$*" >"$1/index.js.map"',
  );
  for (const script of ["scripts/release.sh", "scripts/release-assets.sh"])
    copyFileSync(join(root, script), join(repository, script));
  git("add", "-A");
  git("commit", "-qm", "Release 1.2.3");
  git("tag", "v1.2.3");
  fetched("HEAD");
  const gh = join(folder, "bin/gh");
  mkdirSync(join(folder, "bin"));
  writeFileSync(
    gh,
    [
      "#!/usr/bin/env bash",
      'printf "%s\\n" "$*" >> "$CALLS"',
      'case "$1 $2" in',
      '"release view") [ -n "$STATE" ] && echo "$STATE" || exit 1 ;;',
      '"release create") while [ $# -gt 1 ]; do [ "$1" = --notes-file ] && cat "$2" > "$CALLS.notes"; shift; done ;;',
      '"api repos/"*) [ "$MAJOR" = there ] ;;',
      "esac",
    ].join("\n"),
  );
  chmodSync(gh, 0o755);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

type World = { readonly state?: string; readonly major?: string };

const run = (script: string, args: readonly string[], env = process.env) =>
  spawnSync("bash", [script, ...args], { cwd: repository, env, encoding: "utf8" });

const release = (args: readonly string[], { state = "", major = "there" }: World = {}) => {
  writeFileSync(calls, "");
  const env = {
    ...process.env,
    PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"]}`,
    CALLS: calls,
    STATE: state,
    MAJOR: major,
  };
  const { status, stdout, stderr } = run("scripts/release.sh", args, env);
  const called = readFileSync(calls, "utf8").trim().split("\n");
  // Looking changes nothing.
  return { status, stdout, stderr, writes: called.filter((call) => !/^$|^release view|^api repos/.test(call)) };
};

const head = (): string => git("rev-parse", "HEAD");

describe("scripts/release.sh", () => {
  test.each([
    { args: ["--dry-run", "v1.2.3", "assets"] },
    { args: ["v1.2.3", "--dry-run", "assets"] },
    { args: ["v1.2.3", "assets", "--dry-run"] },
  ])("$args says what it would run, with the notes of this version only, and calls nobody", ({ args }) => {
    const { status, stdout, writes } = release(args);
    expect({ status, writes }).toEqual({ status: 0, writes: [] });
    expect(readFileSync(calls, "utf8")).toBe("");
    expect(stdout).toContain("Notes of v1.2.3:\n\n### Added\n\n- A thing.\n");
    expect(stdout).not.toContain("Old.");
    expect(stdout.match(/^would run: .*$/gm)).toEqual([
      expect.stringMatching(/gh release create v1\.2\.3 --draft --verify-tag --title v1\.2\.3 --notes-file/),
      "would run: gh release upload v1.2.3 assets/one.tar.gz --clobber",
      "would run: gh release edit v1.2.3 --draft=false",
      expect.stringContaining(`git/refs/tags/v1 -f sha=${head()} -F force=true`),
    ]);
  });

  test.each([
    [["v1.2.3", "assets", "--dryrun"], "There is no flag --dryrun."],
    [["-n", "v1.2.3", "assets"], "There is no flag -n."],
    [["v1.2.3", "assets", "dry-run"], "what was given is: v1.2.3 assets dry-run."],
    [["v1.2.3"], "what was given is: v1.2.3."],
    [[], "what was given is: nothing."],
  ])("%j does nothing but tell how it is called", (args, told) => {
    const { status, stderr } = release(args);
    expect(status).toBe(2);
    expect(stderr).toContain(told);
    expect(stderr).toContain("Usage: bash scripts/release.sh [--dry-run] v1.2.3 FOLDER\n");
    expect(readFileSync(calls, "utf8")).toBe("");
  });

  test("attaches the files while it is a draft, because an immutable release takes none, then moves the major tag", () => {
    const { status, writes } = release(["v1.2.3", "assets"]);
    expect(status).toBe(0);
    expect(writes.map((call) => call.split(" ").slice(0, 3).join(" "))).toEqual([
      "release create v1.2.3",
      "release upload v1.2.3",
      "release edit v1.2.3",
      "api --method PATCH",
    ]);
    expect(readFileSync(`${calls}.notes`, "utf8")).toBe("### Added\n\n- A thing.\n");
  });

  test("makes the major tag with the first release of a major version", () => {
    const { writes } = release(["v1.2.3", "assets"], { major: "absent" });
    expect(writes.at(-1)).toContain(
      `api --method POST repos/{owner}/{repo}/git/refs -f ref=refs/tags/v1 -f sha=${head()}`,
    );
  });

  test.each([
    ["completes a draft that an earlier try left", "true", ["release upload", "release edit", "api --method"]],
    ["leaves a release that is out as it is", "false", ["api --method"]],
  ])("%s", (_, state, expected) => {
    const { status, writes } = release(["v1.2.3", "assets"], { state });
    expect(status).toBe(0);
    expect(writes.map((call) => call.split(" ").slice(0, 2).join(" "))).toEqual(expected);
  });

  test.each([
    {
      newer: "v1.10.0",
      told: "v1.10.0 is newer than v1.2.3: v1 stays where it is.",
      edit: " --latest=false",
      moves: 0,
    },
    { newer: "v2.0.0", told: "", edit: " --latest=false", moves: 1 },
    { newer: "v2.0.0-rc.1", told: "", edit: "", moves: 1 },
  ])("after $newer a release is $edit, and moves the major tag $moves times", ({ newer, told, edit, moves }) => {
    git("tag", newer);
    const { stdout, writes } = release(["v1.2.3", "assets"]);
    git("tag", "-d", newer);
    expect(stdout).toContain(told);
    expect(writes).toContain(`release edit v1.2.3 --draft=false${edit}`);
    expect(writes.filter((call) => call.startsWith("api"))).toHaveLength(moves);
  });

  test("a newer tag that is no release of main keeps neither the major tag nor the latest release back", () => {
    git("tag", "v1.10.0", git("commit-tree", "HEAD^{tree}", "-m", "Elsewhere"));
    const { writes } = release(["v1.2.3", "assets"]);
    git("tag", "-d", "v1.10.0");
    expect(writes).toContain("release edit v1.2.3 --draft=false");
    expect(writes.at(-1)).toContain("git/refs/tags/v1 ");
  });

  test("a pre-release is never the latest one, and moves no major tag", () => {
    ready("1.2.3-rc.1");
    write("CHANGELOG.md", CHANGELOG.replace("## 1.2.3 ", "## 1.2.3-rc.1 "));
    git("commit", "-qam", "Release 1.2.3-rc.1");
    git("tag", "v1.2.3-rc.1");
    fetched("HEAD");
    const { writes, stdout } = release(["v1.2.3-rc.1", "assets"]);
    expect(writes[0]).toContain("--prerelease");
    expect(writes).toContain("release edit v1.2.3-rc.1 --draft=false --latest=false");
    expect(writes.filter((call) => call.startsWith("api"))).toEqual([]);
    expect(stdout).toContain("v1 stays where it is");
    git("reset", "-q", "--hard", "v1.2.3");
    fetched("HEAD");
  });

  test("publishes only what main has, as far as it was fetched", () => {
    fetched(git("commit-tree", "HEAD^{tree}", "-m", "Another main"));
    const elsewhere = release(["v1.2.3", "assets"]);
    expect({ status: elsewhere.status, writes: elsewhere.writes }).toEqual({ status: 1, writes: [] });
    expect(elsewhere.stderr).toContain(`Tag v1.2.3 is commit ${head()}, which is not in the history of origin/main.`);
    git("update-ref", "-d", "refs/remotes/origin/main");
    const unknown = release(["--dry-run", "v1.2.3", "assets"]);
    expect({ status: unknown.status, writes: unknown.writes }).toEqual({ status: 0, writes: [] });
    expect(unknown.stderr).toContain("Note: there is no origin/main here");
    fetched("HEAD");
  });

  test("says all that is wrong at once, and does nothing", () => {
    write("CHANGELOG.md", CHANGELOG.replace("## Unreleased", "## Unreleased\n\n- Not sorted in."));
    write(".github/CODEOWNERS", "* @acme/gateways\n/dist/ @OWNER\n");
    const { status, stderr, writes } = release(["v2.0.0", "nowhere"]);
    expect({ status, writes }).toEqual({ status: 1, writes: [] });
    for (const problem of [
      "package.json has version 1.2.3, the tag says 2.0.0.",
      "package-lock.json has version 1.2.3",
      "src/version.ts does not say version 2.0.0.",
      'CHANGELOG.md has no section "## 2.0.0"',
      'entries under "Unreleased" still',
      "There is no tag v2.0.0 here.",
      "changes that are not committed",
      ".github/CODEOWNERS names @OWNER",
      "nowhere has no files to attach",
    ])
      expect(stderr).toContain(problem);
    git("checkout", "-q", "--", ".");
    expect(release(["1.2", "assets"]).stderr).toContain("A release has a tag such as v1.2.3");
  });
});

describe("scripts/release-assets.sh", () => {
  const assets = (...args: readonly string[]) => run("scripts/release-assets.sh", args);
  const listed = (archive: string): readonly string[] =>
    execFileSync("tar", ["-tzf", join(repository, "built", archive)], { encoding: "utf8" })
      .trim()
      .split("\n");

  test("packs the action, the maps of its build and the command line, and their checksums", () => {
    expect(assets("v1.2.3", "built").stderr).toBe("");
    const action = ["CHANGELOG.md", "LICENSE", "README.md", "action.yml", "dist/1.index.js", "dist/index.js"];
    expect([...listed("apigw-stage-action-v1.2.3.tar.gz")].sort()).toEqual(
      [...action, "dist/licenses.txt", "node24/action.yml"].map((path) => `apigw-stage-action-v1.2.3/${path}`),
    );
    expect(listed("apigw-stage-action-v1.2.3-source-maps.tar.gz")).toEqual([
      "source-maps/",
      "source-maps/index.js.map",
    ]);
    expect(readFileSync(join(repository, "built/SHA256SUMS"), "utf8").match(/\S+$/gm)).toEqual([
      "apigw-stage-action-v1.2.3.tar.gz",
      "apigw-stage-action-v1.2.3-source-maps.tar.gz",
      "apigw-stage.tgz",
    ]);
    rmSync(join(repository, "built"), { recursive: true });
  });

  test("packs nothing while dist/ is not what src/ builds to: a file less, one more, another one", () => {
    git("rm", "-q", "dist/1.index.js");
    write("dist/999.index.js", "more");
    write("dist/licenses.txt", "dist/licenses.txt\n");
    git("add", "-A");
    git("commit", "-qm", "Another dist");
    const { status, stdout, stderr } = assets("v1.2.3", "built");
    expect(status).toBe(1);
    expect(stderr).toContain("dist/ is not what src/ builds to.");
    for (const file of [/: 1\.index\.js$/m, /: 999\.index\.js$/m, /dist\/licenses\.txt .*differ/])
      expect(stdout).toMatch(file);
    expect(existsSync(join(repository, "built"))).toBe(false);
    git("reset", "-q", "--hard", "v1.2.3");
  });
});

test.each([
  { usage: "release-assets.sh v1.2.3 FOLDER", args: ["built", "v1.2.3"] },
  { usage: "release-assets.sh v1.2.3 FOLDER", args: ["v1.2.3", "built", "more"] },
  { usage: "release-assets.sh v1.2.3 FOLDER", args: ["--dry-run", "v1.2.3"] },
  { usage: "package-cli.sh FOLDER", args: [] },
  { usage: "package-cli.sh FOLDER", args: ["built", "more"] },
  { usage: "build.sh FOLDER [flags of ncc]", args: ["--minify", "built"] },
  { usage: "gallery-pictures.sh [FOLDER]", args: ["updated", "planned"] },
])("$usage does nothing but tell how it is called with $args", ({ usage, args }) => {
  const script = `scripts/${usage.replace(/ .*/, "")}`;
  // Alone in a folder, where it can do nothing else.
  mkdirSync(join(folder, "alone/scripts"), { recursive: true });
  copyFileSync(join(root, script), join(folder, "alone", script));
  const { status, stderr } = run(join(folder, "alone", script), args);
  expect({ status, stderr }).toEqual({ status: 2, stderr: `Usage: bash scripts/${usage}\n` });
});
