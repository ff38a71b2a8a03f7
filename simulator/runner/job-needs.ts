/** A job and the jobs that it waits for. */
export type JobNode = { readonly id: string; readonly needs: readonly string[] };

/**
 * The same jobs, with what they need spelled as the jobs are: GitHub does not tell capitals apart. Throws for a need
 * that is no job or is in a circle, in GitHub's words (actions/runner, WorkflowTemplateConverter).
 */
export const checkedNeeds = (jobs: readonly JobNode[]): readonly JobNode[] => {
  const ids = new Map(jobs.map(({ id }) => [id.toLowerCase(), id]));
  const nodes = jobs.map(({ id, needs }) => ({ id, needs: needs.map((need) => ids.get(need.toLowerCase()) ?? need) }));
  const stuck = neverReady(nodes);
  if (stuck.length === 0) return nodes;
  const nobodyStarts = stuck.length === nodes.length;
  const sentences = stuck.flatMap(({ id, needs }) =>
    needs.map((need) =>
      nodes.some((node) => node.id === need)
        ? `Job '${id}' depends on job '${need}' which creates a cycle in the dependency graph.`
        : `Job '${id}' depends on unknown job '${need}'.`,
    ),
  );
  const first = nobodyStarts ? ["The workflow must contain at least one job with no dependencies."] : [];
  throw new Error([...first, ...sentences].join(" "));
};

/** Those whose turn never comes, each with the needs that are never met. */
const neverReady = (nodes: readonly JobNode[]): readonly JobNode[] => {
  let waiting = nodes;
  for (;;) {
    const ready = new Set(waiting.filter(({ needs }) => needs.length === 0).map(({ id }) => id));
    if (ready.size === 0) return waiting;
    waiting = waiting
      .filter(({ id }) => !ready.has(id))
      .map(({ id, needs }) => ({ id, needs: needs.filter((need) => !ready.has(need)) }));
  }
};

/** Ids of the jobs that it needs, directly and through others. */
export const ancestorsOf = (nodes: readonly JobNode[], id: string): readonly string[] => {
  const needsOf = new Map(nodes.map((node) => [node.id, node.needs]));
  const found = new Set(needsOf.get(id));
  // A set that grows while it is walked is walked to its new end.
  for (const ancestor of found) for (const need of needsOf.get(ancestor) ?? []) found.add(need);
  return [...found];
};
