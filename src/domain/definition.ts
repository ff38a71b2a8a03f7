/** As which kind of API an import reads a definition. */
export type Dialect = "rest" | "http";

export type ImportMode = "overwrite" | "merge";
