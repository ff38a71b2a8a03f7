import { buildSchema } from "graphql";

/** A part of GitHub's public GraphQL schema, by its true names, types and defaults. */
export const schemaText = `
  scalar BigInt
  scalar DateTime
  scalar GitObjectID
  scalar URI

  interface Node { id: ID! }

  interface Actor {
    avatarUrl(size: Int): URI!
    login: String!
    resourcePath: URI!
    url: URI!
  }

  type User implements Node & Actor {
    id: ID!
    databaseId: Int
    avatarUrl(size: Int): URI!
    login: String!
    resourcePath: URI!
    url: URI!
  }

  type Bot implements Node & Actor {
    id: ID!
    databaseId: Int
    avatarUrl(size: Int): URI!
    login: String!
    resourcePath: URI!
    url: URI!
  }

  type Organization implements Node & Actor {
    id: ID!
    databaseId: Int
    avatarUrl(size: Int): URI!
    login: String!
    resourcePath: URI!
    url: URI!
  }

  type PageInfo {
    startCursor: String
    endCursor: String
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
  }

  enum OrderDirection { ASC DESC }

  type Repository implements Node {
    id: ID!
    databaseId: Int
    name: String!
    nameWithOwner: String!
    isPrivate: Boolean!
    url: URI!
    pullRequest(number: Int!): PullRequest
    pullRequests(
      first: Int, last: Int, after: String, before: String,
      states: [PullRequestState!], headRefName: String, baseRefName: String, labels: [String!], orderBy: IssueOrder
    ): PullRequestConnection!
    object(oid: GitObjectID, expression: String): GitObject
    deployments(
      first: Int, last: Int, after: String, before: String,
      environments: [String!], orderBy: DeploymentOrder = {field: CREATED_AT, direction: ASC}
    ): DeploymentConnection!
    environments(first: Int, last: Int, after: String, before: String): EnvironmentConnection!
    environment(name: String!): Environment
  }

  enum IssueOrderField { CREATED_AT UPDATED_AT COMMENTS }
  input IssueOrder { field: IssueOrderField!, direction: OrderDirection! }

  enum DeploymentOrderField { CREATED_AT }
  input DeploymentOrder { field: DeploymentOrderField!, direction: OrderDirection! }

  interface GitObject { oid: GitObjectID! }

  type Commit implements Node & GitObject {
    id: ID!
    oid: GitObjectID!
    message: String!
    associatedPullRequests(first: Int, last: Int, after: String, before: String): PullRequestConnection
  }

  enum PullRequestState { OPEN CLOSED MERGED }

  type PullRequest implements Node {
    id: ID!
    databaseId: Int
    fullDatabaseId: BigInt
    number: Int!
    title: String!
    body: String!
    state: PullRequestState!
    url: URI!
    isDraft: Boolean!
    isCrossRepository: Boolean!
    headRefOid: GitObjectID!
    headRefName: String!
    headRepository: Repository
    baseRefName: String!
    baseRefOid: GitObjectID!
    merged: Boolean!
    mergedAt: DateTime
    closed: Boolean!
    closedAt: DateTime
    createdAt: DateTime!
    updatedAt: DateTime!
    locked: Boolean!
    author: Actor
    labels(first: Int, last: Int, after: String, before: String): LabelConnection
    comments(first: Int, last: Int, after: String, before: String): IssueCommentConnection!
  }

  type PullRequestConnection { edges: [PullRequestEdge], nodes: [PullRequest], pageInfo: PageInfo!, totalCount: Int! }
  type PullRequestEdge { cursor: String!, node: PullRequest }

  type Issue implements Node {
    id: ID!
    number: Int!
    title: String!
    url: URI!
    author: Actor
    comments(first: Int, last: Int, after: String, before: String): IssueCommentConnection!
  }

  type Label implements Node { id: ID!, name: String!, color: String!, url: URI! }
  type LabelConnection { edges: [LabelEdge], nodes: [Label], pageInfo: PageInfo!, totalCount: Int! }
  type LabelEdge { cursor: String!, node: Label }

  interface Minimizable { isMinimized: Boolean!, minimizedReason: String }

  type IssueComment implements Node & Minimizable {
    id: ID!
    databaseId: Int
    fullDatabaseId: BigInt
    author: Actor
    body: String!
    url: URI!
    viewerDidAuthor: Boolean!
    isMinimized: Boolean!
    minimizedReason: String
    createdAt: DateTime!
    updatedAt: DateTime!
    pullRequest: PullRequest
  }

  type IssueCommentConnection { edges: [IssueCommentEdge], nodes: [IssueComment], pageInfo: PageInfo!, totalCount: Int! }
  type IssueCommentEdge { cursor: String!, node: IssueComment }

  enum DeploymentState {
    ABANDONED ACTIVE DESTROYED ERROR FAILURE INACTIVE IN_PROGRESS PENDING QUEUED SUCCESS WAITING
  }
  enum DeploymentStatusState { ERROR FAILURE INACTIVE IN_PROGRESS PENDING QUEUED SUCCESS WAITING }

  type Deployment implements Node {
    id: ID!
    databaseId: Int
    commit: Commit
    commitOid: String!
    creator: Actor!
    task: String
    payload: String
    environment: String
    latestEnvironment: String
    originalEnvironment: String
    description: String
    state: DeploymentState
    createdAt: DateTime!
    updatedAt: DateTime!
    latestStatus: DeploymentStatus
    statuses(first: Int, last: Int, after: String, before: String): DeploymentStatusConnection
  }

  type DeploymentConnection { edges: [DeploymentEdge], nodes: [Deployment], pageInfo: PageInfo!, totalCount: Int! }
  type DeploymentEdge { cursor: String!, node: Deployment }

  type DeploymentStatus implements Node {
    id: ID!
    creator: Actor!
    state: DeploymentStatusState!
    description: String
    environment: String
    environmentUrl: URI
    logUrl: URI
    createdAt: DateTime!
    updatedAt: DateTime!
    deployment: Deployment!
  }

  type DeploymentStatusConnection {
    edges: [DeploymentStatusEdge], nodes: [DeploymentStatus], pageInfo: PageInfo!, totalCount: Int!
  }
  type DeploymentStatusEdge { cursor: String!, node: DeploymentStatus }

  type Environment implements Node { id: ID!, databaseId: Int, name: String! }
  type EnvironmentConnection { edges: [EnvironmentEdge], nodes: [Environment], pageInfo: PageInfo!, totalCount: Int! }
  type EnvironmentEdge { cursor: String!, node: Environment }

  type Query {
    viewer: User!
    repository(owner: String!, name: String!, followRenames: Boolean = true): Repository
    node(id: ID!): Node
  }

  input AddCommentInput { subjectId: ID!, body: String!, clientMutationId: String }
  type AddCommentPayload { clientMutationId: String, commentEdge: IssueCommentEdge, subject: Node }

  input UpdateIssueCommentInput { id: ID!, body: String!, clientMutationId: String }
  type UpdateIssueCommentPayload { clientMutationId: String, issueComment: IssueComment }

  enum ReportedContentClassifiers { ABUSE DUPLICATE LOW_QUALITY OFF_TOPIC OUTDATED RESOLVED SPAM }
  input MinimizeCommentInput { subjectId: ID!, classifier: ReportedContentClassifiers!, clientMutationId: String }
  type MinimizeCommentPayload { clientMutationId: String, minimizedComment: Minimizable }

  input UnminimizeCommentInput { subjectId: ID!, clientMutationId: String }
  type UnminimizeCommentPayload { clientMutationId: String, unminimizedComment: Minimizable }

  input CreateDeploymentStatusInput {
    deploymentId: ID!
    state: DeploymentStatusState!
    description: String = ""
    environment: String
    environmentUrl: String = ""
    logUrl: String = ""
    autoInactive: Boolean = true
    clientMutationId: String
  }
  type CreateDeploymentStatusPayload { clientMutationId: String, deploymentStatus: DeploymentStatus }

  type Mutation {
    addComment(input: AddCommentInput!): AddCommentPayload
    updateIssueComment(input: UpdateIssueCommentInput!): UpdateIssueCommentPayload
    minimizeComment(input: MinimizeCommentInput!): MinimizeCommentPayload
    unminimizeComment(input: UnminimizeCommentInput!): UnminimizeCommentPayload
    createDeploymentStatus(input: CreateDeploymentStatusInput!): CreateDeploymentStatusPayload
  }
`;

export const schema = buildSchema(schemaText);
