/**
 * Where chance begins, the same each time: what is green stays green until something is changed. It is told where a property
 * begins, and can be another one: `SEED=… TIMES=… npm test -- PATH`. Every night it is (.github/workflows/chance.yml).
 */
export const seed = Number(process.env["SEED"] ?? 1);

/** So many times as long. */
export const times = Number(process.env["TIMES"] ?? 1);
