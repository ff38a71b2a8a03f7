/** Whether an environment's name says that it is production; GitHub itself knows `production` only. */
export const isProduction = (environment: string): boolean => /^prod(?:uction)?$/i.test(environment);
