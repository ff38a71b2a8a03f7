import { badRequest, ServiceError } from "../service-error.ts";

/** What goes wrong in an import, collected so that everything is reported at once. */
export type ImportReport = {
  readonly errors: string[];
  readonly warnings: string[];
  /** The result of `work`; undefined, with an error that begins with `what`, when the service refuses it. */
  readonly attempt: <Result>(what: string, work: () => Result) => Result | undefined;
};

export const newReport = (): ImportReport => {
  const errors: string[] = [];
  return {
    errors,
    warnings: [],
    attempt: (what, work) => {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        if (error.type === "LimitExceededException") throw error;
        errors.push(`${what}: ${error.message}`);
        return undefined;
      }
    },
  };
};

/**
 * Errors end an import, warnings those that are to fail on them; where there are both, one text has both (texts of
 * reports of imports).
 *
 * @throws ServiceError 400
 */
export const endOnTrouble = ({ errors, warnings }: ImportReport, failOnWarnings: boolean): void => {
  if (errors.length > 0) {
    const also = warnings.length > 0 ? `\n${foundLines("Additionally, these warnings were found:", warnings)}` : "";
    throw badRequest(`${foundLines("Errors found during import:", errors)}${also}`);
  }
  if (failOnWarnings && warnings.length > 0) throw badRequest(foundLines("Warnings found during import:", warnings));
};

const foundLines = (headline: string, lines: readonly string[]): string => [headline, ...lines].join("\n\t");
