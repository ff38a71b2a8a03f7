import type { Plan } from "../plan/plan.ts";
import type { ImportStep } from "../plan/step.ts";
import type { Progress } from "./progress.ts";

/** What a run that pointed no stage has left in the API's draft, and how to bring back what was there; mostly nothing. */
export const draftState = ({ steps }: Plan, { draft }: Progress): string => {
  const step = steps.find((one): one is ImportStep => one.kind === "import-definition");
  if (step === undefined || draft === undefined) return "";
  if (draft === "restored") return ` The import of ${step.file} was undone: the API's draft is as it was.`;
  const holds =
    draft === "imported"
      ? `The API's draft now holds ${step.file}`
      : `It is not known whether the API's draft holds ${step.file}, a part of it or something else`;
  return ` ${holds}; no stage serves the draft.${bringBack(step)}`;
};

const bringBack = ({ restoredFrom }: ImportStep): string =>
  restoredFrom === undefined
    ? " No stage serves what was there before: to bring it back, import it from where it was written."
    : [
        ` To bring back what stage ${restoredFrom.stageName} serves:`,
        ...restoredFrom.calls.map((call) => `  ${call}`),
      ].join("\n");
