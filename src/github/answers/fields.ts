/** What queries ask of what is read here. */

export const PULL_REQUEST_FIELDS = "number state headRefOid baseRefOid isCrossRepository";

/** Ids have outgrown `databaseId`, and old servers have no `fullDatabaseId`. */
export const COMMENT_FIELDS = "id databaseId fullDatabaseId viewerDidAuthor body url";

/** Of a deployment, and of its statuses. */
export const RECORD_FIELDS = "id databaseId state createdAt payload creator { __typename login }";
export const STATUS_FIELDS = "description logUrl creator { __typename login }";
