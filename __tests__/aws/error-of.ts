import { ActionError } from "../../src/domain/errors.ts";

/** The error that it ends with; throws where it ends otherwise. */
export const errorOf = async (promise: Promise<unknown>): Promise<ActionError> => {
  const thrown = await promise.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (thrown instanceof ActionError) return thrown;
  throw thrown;
};
