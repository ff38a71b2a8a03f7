/** One thing that is wrong with the settings, and where. `message` is whole sentences with what is allowed. */
export type SettingsProblem = {
  readonly file: string;
  /** Both begin at 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

/** The problem on one line that editors and people can follow: `.github/apigw-stages.yml:3:5: …`. */
export const problemText = ({ file, line, column, message }: SettingsProblem): string =>
  `${file}:${line}:${column}: ${message}`;
