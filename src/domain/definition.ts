export type ImportMode = "overwrite" | "merge";
