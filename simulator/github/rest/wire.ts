import type { getOctokit } from "@actions/github";

/** Bodies as GitHub's published OpenAPI description has them, by way of the official client's types. */
type Rest = ReturnType<typeof getOctokit>["rest"];
type Data<Operation extends (...parameters: never[]) => Promise<{ data: unknown }>> = Awaited<
  ReturnType<Operation>
>["data"];

export type RepositoryBody = Data<Rest["repos"]["get"]>;
export type UserBody = RepositoryBody["owner"];
export type DeploymentBody = Data<Rest["repos"]["getDeployment"]>;
export type AppBody = NonNullable<DeploymentBody["performed_via_github_app"]>;
export type DeploymentStatusBody = Data<Rest["repos"]["getDeploymentStatus"]>;
export type EnvironmentBody = Data<Rest["repos"]["getEnvironment"]>;
export type CheckRunBody = Data<Rest["checks"]["get"]>;
export type JobBody = Data<Rest["actions"]["getJobForWorkflowRun"]>;
export type RunBody = Data<Rest["actions"]["getWorkflowRun"]>;
export type PendingDeploymentBody = Data<Rest["actions"]["getPendingDeploymentsForRun"]>[number];
export type ApprovalBody = Data<Rest["actions"]["getReviewsForRun"]>[number];
export type ContentFileBody = Extract<Data<Rest["repos"]["getContent"]>, { type: "file" }>;
export type BlobBody = Data<Rest["git"]["getBlob"]>;
export type GitCommitBody = Data<Rest["git"]["getCommit"]>;
export type CommentBody = Data<Rest["issues"]["getComment"]>;
export type IssueBody = Data<Rest["issues"]["get"]>;
export type PullRequestBody = Data<Rest["pulls"]["get"]>;
export type PullRequestListBody = Data<Rest["pulls"]["list"]>[number];
export type AuthenticatedUserBody = Data<Rest["users"]["getAuthenticated"]>;
export type RateLimitBody = Data<Rest["rateLimit"]["get"]>;
