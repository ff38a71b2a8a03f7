/**
 * What main has left for post, as the runner hands it over (actions/toolkit, `getState`). Empty where main has left nothing
 * of the name. The post step mostly reads no more than this, and does not load the toolkit for it.
 */
export const loadState = (name: string): string => process.env[`STATE_${name}`] ?? "";
