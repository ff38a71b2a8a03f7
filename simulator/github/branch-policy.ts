import type { BranchPattern, Environment, Repository } from "./model.ts";

/** Whether a run that executes `ref` may deploy to the environment. */
export const mayDeploy = (repository: Repository, environment: Environment, ref: string): boolean => {
  const policy = environment.branchPolicy;
  if (policy === null) return true;
  if (policy === "protected") return repository.protectedBranches.has(ref.replace(/^refs\/heads\//, ""));
  return policy.some((pattern) => admits(pattern, ref));
};

/** The name by which messages call a ref: `main`, `v1.0`, `refs/pull/7/merge`. */
export const shortRef = (ref: string): string => ref.replace(/^refs\/(heads|tags)\//, "");

const admits = (pattern: BranchPattern, ref: string): boolean => {
  const expression = globExpression(pattern.name);
  if (pattern.type === "tag") return ref.startsWith("refs/tags/") && expression.test(shortRef(ref));
  if (ref.startsWith("refs/tags/")) return false;
  return expression.test(pattern.name.startsWith("refs/") ? ref : shortRef(ref));
};

/** Ruby's `File.fnmatch` with path names: `*` and `?` stop at `/`, a `**` followed by `/` crosses it. */
const globExpression = (pattern: string): RegExp => {
  const source = pattern.replace(/\*\*\/|\*+|\?|\[[^\]]+\]|[\\^$.|+(){}[\]]/g, (token) => {
    if (token === "**/") return "(?:.*/)?";
    if (token.startsWith("*")) return "[^/]*";
    if (token === "?") return "[^/]";
    return token.length > 1 ? token.replace(/^\[!/, "[^") : `\\${token}`;
  });
  return new RegExp(`^${source}$`);
};
