import * as z from "zod/mini";
import { checked } from "./checked.ts";

/** What a path names; `bytes` absent where the file is too large to come along, and is to be had as the blob `sha`. */
export type ReadContent =
  | { readonly kind: "file"; readonly size: number; readonly sha: string; readonly bytes: Buffer | undefined }
  | { readonly kind: "other"; readonly because: string };

const file = z.looseObject({
  type: z.literal("file"),
  size: z.int().check(z.nonnegative()),
  sha: z.string().check(z.regex(/^[0-9a-f]{40,64}$/)),
  encoding: z.string(),
  content: z.string(),
});

const KINDS: ReadonlyMap<string, string> = new Map([
  ["symlink", "a symbolic link"],
  ["submodule", "a submodule"],
  ["dir", "a directory"],
]);

/** REST, "Get repository content". A directory is a list. Throws UnreadableAnswer. */
export const readContent = (value: unknown): ReadContent => {
  if (Array.isArray(value)) return { kind: "other", because: "it is a directory" };
  const { type } = checked(z.looseObject({ type: z.string() }), value, "the content of a path");
  const other = KINDS.get(type);
  if (other !== undefined) return { kind: "other", because: `it is ${other}` };
  const { size, sha, encoding, content } = checked(file, value, "a file");
  // Above a megabyte GitHub answers with encoding "none" and no content.
  return { kind: "file", size, sha, bytes: encoding === "base64" ? bytesOf(content, size) : undefined };
};

const blob = z.looseObject({
  encoding: z.literal("base64"),
  content: z.string(),
  size: z.int().check(z.nonnegative()),
});

/** REST, "Get a blob". Throws UnreadableAnswer. */
export const readBlob = (value: unknown): Buffer => {
  const { content, size } = checked(blob, value, "a blob");
  return bytesOf(content, size);
};

/** A part of a file is not the file. */
const bytesOf = (content: string, size: number): Buffer => {
  const bytes = Buffer.from(content, "base64");
  checked(z.literal(size), bytes.length, "a file of the size that it tells");
  return bytes;
};
