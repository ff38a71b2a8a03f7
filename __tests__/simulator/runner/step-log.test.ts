import { describe, expect, test } from "@jest/globals";
import { secretMasker } from "../../../simulator/runner/secret-masker.ts";
import { stepLog } from "../../../simulator/runner/step-log.ts";

const logOf = (lines: readonly string[], debug = false) => {
  const log = stepLog({ masker: secretMasker(["s3cret"]), debug });
  for (const line of lines) log.write(line);
  return log;
};

describe("stepLog", () => {
  test("shows plain lines and groups, and masks secrets", () => {
    expect(logOf(["hello", "::group::A s3cret", "in it", "::endgroup::"]).lines).toEqual([
      "hello",
      "##[group]A ***",
      "in it",
      "##[endgroup]",
    ]);
  });

  test("makes annotations of errors, warnings and notices", () => {
    const log = logOf([
      "::error title=T,file=src/a.ts,line=1,endLine=2,col=3,endColumn=4::broken s3cret%0Atwice",
      "::warning::careful",
      "::notice::by the way",
    ]);
    expect(log.lines).toEqual(["##[error]broken ***", "twice", "##[warning]careful", "##[notice]by the way"]);
    expect(log.annotations).toEqual([
      {
        level: "error",
        message: "broken ***\ntwice",
        title: "T",
        file: "src/a.ts",
        line: "1",
        endLine: "2",
        col: "3",
        endColumn: "4",
      },
      { level: "warning", message: "careful" },
      { level: "notice", message: "by the way" },
    ]);
  });

  test("keeps ten annotations of each level and logs all", () => {
    const errors = Array.from({ length: 12 }, (_, index) => `::error::e${index}`);
    const log = logOf([...errors, "::warning::w"]);
    expect(log.annotations).toHaveLength(11);
    expect(log.annotations.at(-1)).toEqual({ level: "warning", message: "w" });
    expect(log.lines).toHaveLength(13);
  });

  test("cuts an annotation at 4096 characters, not the log", () => {
    const log = logOf([`::error::${"x".repeat(5000)}`]);
    expect(log.annotations[0]?.message).toHaveLength(4096);
    expect(log.lines[0]).toHaveLength("##[error]".length + 5000);
  });

  test("shows debug messages, and echoes commands, only with step debug logging", () => {
    const lines = ["::debug::d", "::set-output name=a::1"];
    expect(logOf(lines).lines).toEqual([expect.stringContaining("##[warning]The `set-output` command is deprecated")]);
    expect(logOf(lines, true).lines.slice(0, 2)).toEqual(["##[debug]d", "::set-output name=a::1"]);
  });

  test("the deprecated commands still work, with a warning", () => {
    const log = logOf(["::set-output name=a::1", "::save-state name=b::2"]);
    expect([log.outputs, log.state]).toEqual([{ a: "1" }, { b: "2" }]);
    expect(log.annotations.map(({ level }) => level)).toEqual(["warning", "warning"]);
    expect(log.commandFailed).toBe(false);
  });

  test.each([
    ["::set-env name=A::1", "The `set-env` command is disabled."],
    ["::add-path::/x", "The `add-path` command is disabled."],
    ["::set-output::1", "Required field 'name' is missing in ##[set-output] command."],
    ["::echo::maybe", "Invalid echo command value."],
    ["::stop-commands::error", "You cannot use a endToken"],
    ["::stop-commands::", "You cannot use a endToken"],
  ])("%j fails the step", (line, message) => {
    const log = logOf([line]);
    expect(log.commandFailed).toBe(true);
    expect(log.annotations[0]?.message).toMatch(/^Unable to process command '.*' successfully\.$/);
    expect(log.annotations[1]?.message).toContain(message);
  });

  test("add-mask masks from then on, each line of it; a blank one warns", () => {
    const log = logOf(["tok", "::add-mask::tok%0Aother", "tok other", "::add-mask:: "]);
    expect(log.lines).toEqual([
      "tok",
      "*** ***",
      "##[warning]Can't add secret mask for empty string in ##[add-mask] command.",
    ]);
  });

  test("between stop-commands and its token nothing is a command", () => {
    const log = logOf(["::stop-commands::pause1", "::error::no", "##[error]no", "::PAUSE1::", "::error::yes"]);
    expect(log.lines).toEqual(["::stop-commands::pause1", "::error::no", "##[error]no", "::PAUSE1::", "##[error]yes"]);
    expect(log.annotations).toEqual([{ level: "error", message: "yes" }]);
  });

  test("a long stop token is a secret", () => {
    expect(logOf(["::stop-commands::abcdefg", "::abcdefg::"]).lines).toEqual(["::stop-commands::***", "::***::"]);
  });

  test("echo shows commands that are otherwise silent", () => {
    expect(logOf(["::echo::on", "::save-state name=a::1", "::echo::off"]).lines[0]).toBe("::save-state name=a::1");
  });
});
