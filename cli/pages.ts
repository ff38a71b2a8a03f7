import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Pages } from "./failure.ts";

/** As npm writes it beside what it installed (npm docs, "package-lock.json", hidden lockfiles). */
type Lock = { readonly packages?: Readonly<Record<string, { readonly resolved?: string } | undefined>> };

/**
 * Where this release's pages are: in the repository whose release npm took the package from. `root`: the package's folder,
 * which npm installs among its modules.
 */
export const pagesOf = (root: string): Pages => {
  try {
    const { packages = {} }: Lock = JSON.parse(readFileSync(join(root, "../.package-lock.json"), "utf8"));
    const resolved = packages["node_modules/apigw-stage"]?.resolved ?? "";
    const [, repository, tag] = /^(https?:\/\/.+)\/releases\/download\/([^/]+)\/apigw-stage\.tgz$/.exec(resolved) ?? [];
    return repository === undefined ? "" : `${repository}/blob/${tag}`;
  } catch {
    return "";
  }
};
