/** A file that an input names. `because` ends a sentence that begins with "The file". */
export type WorkspaceFile =
  | { readonly kind: "file"; readonly bytes: Buffer }
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly because: string };

/** Reads a file of the workflow's workspace, of at most so many bytes. Answers every trouble as a value. */
export type WorkspaceFiles = (path: string, limitBytes: number) => WorkspaceFile;
