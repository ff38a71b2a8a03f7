import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { root } from "../project-files.ts";

/** A repository that is ready for a release, with a `gh` that writes down what it is told. */

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

beforeAll(() => {
  mkdirSync(repository);
  git("init", "-q", "-b", "main");
  ready("1.2.3");
  write("CHANGELOG.md", CHANGELOG);
  write(".gitignore", "assets/\n");
  write("assets/one.tar.gz", "1");
  mkdirSync(join(repository, "scripts"));
  copyFileSync(join(root, "scripts/release.sh"), join(repository, "scripts/release.sh"));
  git("add", "-A");
  git("commit", "-qm", "Release 1.2.3");
  git("tag", "v1.2.3");
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

const release = (args: readonly string[], { state = "", major = "there" }: World = {}) => {
  writeFileSync(calls, "");
  const env = {
    ...process.env,
    PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"]}`,
    CALLS: calls,
    STATE: state,
    MAJOR: major,
  };
  const { status, stdout, stderr } = spawnSync("bash", ["scripts/release.sh", ...args], {
    cwd: repository,
    env,
    encoding: "utf8",
  });
  const called = readFileSync(calls, "utf8").trim().split("\n");
  // Looking changes nothing.
  return { status, stdout, stderr, writes: called.filter((call) => !/^$|^release view|^api repos/.test(call)) };
};

const head = (): string => git("rev-parse", "HEAD");

describe("scripts/release.sh", () => {
  test("--dry-run says what it would run, with the notes of this version only, and calls nobody", () => {
    const { status, stdout, writes } = release(["--dry-run", "v1.2.3", "assets"]);
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

  test("does not move the major tag back behind a newer release, nor to a pre-release", () => {
    git("tag", "v1.10.0");
    expect(release(["v1.2.3", "assets"]).stdout).toContain("v1.10.0 is newer than v1.2.3: v1 stays where it is.");
    git("tag", "-d", "v1.10.0");
    ready("1.2.3-rc.1");
    write("CHANGELOG.md", CHANGELOG.replace("## 1.2.3 ", "## 1.2.3-rc.1 "));
    git("commit", "-qam", "Release 1.2.3-rc.1");
    git("tag", "v1.2.3-rc.1");
    const { writes, stdout } = release(["v1.2.3-rc.1", "assets"]);
    expect(writes[0]).toContain("--prerelease");
    expect(writes.filter((call) => call.startsWith("api"))).toEqual([]);
    expect(stdout).toContain("v1 stays where it is");
    git("reset", "-q", "--hard", "v1.2.3");
  });

  test("says all that is wrong at once, and does nothing", () => {
    write("CHANGELOG.md", CHANGELOG.replace("## Unreleased", "## Unreleased\n\n- Not sorted in."));
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
      "nowhere has no files to attach",
    ])
      expect(stderr).toContain(problem);
    git("checkout", "-q", "--", "CHANGELOG.md");
    expect(release(["1.2", "assets"]).stderr).toContain("A release has a tag such as v1.2.3");
  });
});
