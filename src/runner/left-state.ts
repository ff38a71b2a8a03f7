/**
 * What main has left for post, as the runner hands it over (actions/toolkit, `getState`). Empty where main has left nothing
 * of the name. It is read before anything else is loaded.
 */
export const loadState = (name: string): string => process.env[`STATE_${name}`] ?? "";
