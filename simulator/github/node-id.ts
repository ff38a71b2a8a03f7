/** Prefixes of GitHub's global ids, by GraphQL type. */
export const nodePrefixes = {
  App: "A",
  Blob: "B",
  Bot: "BOT",
  CheckRun: "CR",
  CheckSuite: "CS",
  Commit: "C",
  Deployment: "DE",
  DeploymentStatus: "DES",
  Environment: "EN",
  GateRule: "GA",
  Issue: "I",
  IssueComment: "IC",
  Label: "LA",
  Organization: "O",
  PullRequest: "PR",
  Repository: "R",
  User: "U",
  WorkflowRun: "WFR",
} as const;

export type NodeType = keyof typeof nodePrefixes;

/** An opaque global id. */
export const nodeId = (type: NodeType, key: number | string): string =>
  `${nodePrefixes[type]}_${Buffer.from(String(key)).toString("base64url")}`;

/** What `nodeId` was made of, or undefined for any other text. */
export const readNodeId = (id: string): { type: NodeType; key: string } | undefined => {
  const separator = id.indexOf("_");
  const prefix = id.slice(0, separator);
  const type = (Object.keys(nodePrefixes) as NodeType[]).find((name) => nodePrefixes[name] === prefix);
  return type ? { type, key: Buffer.from(id.slice(separator + 1), "base64url").toString() } : undefined;
};
