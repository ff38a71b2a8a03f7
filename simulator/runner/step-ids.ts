type Step = { readonly id?: string; readonly uses?: string };

/** Of ids that GitHub makes; those in a workflow must be shorter. */
const LONGEST_ID = 100;

/**
 * What `GITHUB_ACTION` says in each step of a job: its id, or a name made of what it uses, with `_2`, `_3`, … where that
 * is taken (actions/runner, PipelineTemplateConverter and ReferenceNameBuilder). Throws for an id that two steps have.
 */
export const stepIds = (steps: readonly Step[]): readonly string[] => {
  const taken = new Set<string>();
  for (const { id } of steps) {
    if (id === undefined) continue;
    if (taken.has(id.toLowerCase()))
      throw new Error(`The identifier '${id}' may not be used more than once within the same scope.`);
    taken.add(id.toLowerCase());
  }
  return steps.map(({ id, uses }) => {
    if (id !== undefined) return id;
    const made = freeId(`__${usedIn(uses).replaceAll(/[^A-Za-z0-9_-]/g, "_")}`, taken);
    taken.add(made.toLowerCase());
    return made;
  });
};

/** The repository or the image, without path and ref. Local actions are all `self`, scripts `run`. */
const usedIn = (uses: string | undefined): string => {
  if (uses === undefined) return "run";
  if (uses.startsWith("./")) return "self";
  if (uses.startsWith("docker://")) return uses.slice("docker://".length);
  return uses.replace(/@.*$/, "").split("/").slice(0, 2).join("/");
};

const freeId = (wanted: string, taken: ReadonlySet<string>): string => {
  for (let attempt = 1; ; attempt++) {
    const suffix = attempt === 1 ? "" : `_${attempt}`;
    const candidate = wanted.slice(0, LONGEST_ID - suffix.length) + suffix;
    if (!taken.has(candidate.toLowerCase())) return candidate;
  }
};
