import { attachmentErrors } from "./attachment-errors.ts";
import { canaryErrors } from "./canary-errors.ts";
import { healthErrors } from "./health-errors.ts";

/**
 * The error register: every way in which a run can end badly has one code, one kind and one advice. Texts that depend on
 * the case are given where the error is made; docs/errors.md is generated from this file.
 */

export type ErrorKind =
  | "config"
  | "definition"
  | "refused"
  | "credentials"
  | "permission"
  | "quota"
  | "throttled"
  | "conflict"
  | "unclear"
  | "unhealthy"
  | "cancelled"
  | "upstream"
  | "bug";

/** Whether the server carried out the request that failed. */
export type Acted = "no" | "yes" | "unknown";

type RegisterEntry = { readonly kind: ErrorKind; readonly summary: string; readonly remedy: string };

export const register = {
  INVALID_INPUT: {
    kind: "config",
    summary: "One or more inputs are missing or wrong.",
    remedy: "Correct the inputs named above.",
  },
  REGION_MISSING: {
    kind: "config",
    summary: "No AWS Region is configured for the job.",
    remedy:
      "Run aws-actions/configure-aws-credentials with `aws-region` before this step, or set the AWS_REGION environment variable.",
  },
  ENDPOINT_INVALID: {
    kind: "config",
    summary: "The settings of the AWS endpoint are wrong or contradict each other.",
    remedy:
      "Correct or take away what the message names, in the environment or in the AWS configuration file. A custom endpoint has no FIPS and no dual-stack variant that the SDK could know.",
  },
  PROXY_INVALID: {
    kind: "config",
    summary: "A proxy variable of the environment cannot be read.",
    remedy: "Give it as a URL, for example http://proxy.example.com:3128, with user and password percent-encoded.",
  },
  CERTIFICATE_NOT_TRUSTED: {
    kind: "config",
    summary: "The certificate that AWS's host, or a proxy in its place, showed is not trusted.",
    remedy:
      "If a proxy of your company opens encrypted connections, name the file with its CA certificate in NODE_EXTRA_CA_CERTS (for everything that the step reaches), or in AWS_CA_BUNDLE (for AWS alone). Both hold certificates in PEM.",
  },
  UNKNOWN_API: {
    kind: "config",
    summary: "API Gateway does not know the API in this account and Region.",
    remedy:
      "Check `rest-api-id` or `api-id`, and that the job's credentials belong to the right account and AWS_REGION names the right Region: an API of another account or Region looks just like one that does not exist. HTTP and WebSocket APIs are given as `api-id`; `rest-api-id` is for REST APIs alone.",
  },
  UNKNOWN_DEPLOYMENT: {
    kind: "config",
    summary: "The API has no deployment with the given `deployment-id`.",
    remedy:
      "List what exists with `aws apigateway get-deployments --rest-api-id ID` (of an HTTP or WebSocket API: `aws apigatewayv2 get-deployments --api-id ID`); deployments can be deleted, and their ids are never used again.",
  },
  DEPLOYMENT_FAILED: {
    kind: "upstream",
    summary: "API Gateway began with the deployment and did not complete it.",
    remedy: "Correct what the service's message names in the API's draft, and run again. No stage was pointed at it.",
  },
  STAGE_DEPLOYS_ITSELF: {
    kind: "refused",
    summary: "The stage is pointed by API Gateway itself, and by nobody else.",
    remedy: "Choose another `stage-name`.",
  },
  INVALID_SETTINGS: {
    kind: "config",
    summary: "The declared settings do not fit the stage or the API.",
    remedy: "Correct the settings named above.",
  },
  NOT_OF_THIS_KIND: {
    kind: "config",
    summary: "An input or a setting asks for what this kind of API cannot do.",
    remedy: "Take away what the message names.",
  },
  COMPARED_STAGE_UNKNOWN: {
    kind: "config",
    summary: "The stage that `compare-with` names does not exist.",
    remedy: "Correct `compare-with`, or leave it out.",
  },
  ROUTES_UNKNOWN: {
    kind: "unclear",
    summary: "It is not known which routes a deployment has, so what had to be compared could not be.",
    remedy:
      "Run the job again. If it stays so, read it yourself: `aws apigateway get-deployment --rest-api-id ID --deployment-id ID --embed apisummary`, and of an HTTP API its draft: `aws apigatewayv2 export-api --api-id ID --specification OAS30 --output-type JSON draft.json`.",
  },
  COMPARISON_UNKNOWN: {
    kind: "refused",
    summary:
      "What the routes are to be compared with could not be read, and `fail-on` lets pass only what was compared.",
    remedy:
      "Make it readable as the message says, name something else in `compare-with`, or run once without `fail-on`.",
  },
  INVALID_DEFINITION: {
    kind: "definition",
    summary: "API Gateway did not accept the definition.",
    remedy: "Correct what the service's message names in the file and run again.",
  },
  IMPORT_WARNINGS: {
    kind: "definition",
    summary: "API Gateway warned of something in the definition, and `fail-on-warnings` makes that an error.",
    remedy:
      "Correct what the warnings name, or set `fail-on-warnings: false`: then the definition is imported, and the warnings are shown.",
  },
  SPEC_RACED: {
    kind: "conflict",
    summary: "Other runs kept importing into the API's draft between this run's import and its deployment.",
    remedy:
      "Run the job again. All runs that import into one API belong into one `concurrency:` group, because they share its draft.",
  },
  DRAFT_OF_PULL_REQUEST: {
    kind: "refused",
    summary:
      "The API's draft holds what a pull request's run imported, and the stage is not that pull request's preview.",
    remedy: "Give `definition`, the file that this stage is to serve, or `deployment-id`, an existing deployment.",
  },
  FAIL_ON: {
    kind: "refused",
    summary: "The run would do what `fail-on` forbids.",
    remedy: "If this is wanted, run once with a `fail-on` that does not name it.",
  },
  FORK_NOT_ALLOWED: {
    kind: "refused",
    summary: "A fork's commit would be deployed with this repository's credentials.",
    remedy:
      "If somebody with write access has reviewed exactly this commit before the run, set `allow-forks: true`. Read docs/previews.md#forks-and-dependabot first.",
  },
  STAGE_IN_USE: {
    kind: "refused",
    summary:
      "The stage is named by a usage plan, by a base path mapping or by a routing rule of a custom domain, and is kept until it is not.",
    remedy:
      "Take the stage out of what the message names and run the job again. A preview's own routing rule goes with it where the job has the same `preview-domain` as the one that made it.",
  },
  SOURCE_STAGE_UNKNOWN: {
    kind: "config",
    summary: "The stage that `from-stage-name` names does not exist, or serves nothing yet.",
    remedy: "Correct `from-stage-name`.",
  },
  SOURCE_STAGE_HAS_CANARY: {
    kind: "refused",
    summary: "The source stage serves two deployments, so it does not say which one is meant.",
    remedy: "Complete or abort the source stage's canary, or give `deployment-id`.",
  },
  SOURCE_STAGE_CHANGED: {
    kind: "conflict",
    summary: "The source stage serves another deployment than the one that was planned or approved.",
    remedy: "Run the newest workflow run, which shows and asks for what the source stage serves now.",
  },
  STAGE_UNKNOWN: {
    kind: "config",
    summary: "The stage does not exist.",
    remedy: "Correct `stage-name`, or deploy the stage first.",
  },
  NOTHING_TO_ROLL_BACK_TO: {
    kind: "refused",
    summary: "Nothing tells what the stage served before.",
    remedy: "Give `deployment-id`.",
  },
  GATE_NOT_PROVEN: {
    kind: "refused",
    summary: "It is not proven that the job runs behind a protected environment, and `gate: require` asks for that.",
    remedy: "Set the environment up as the message says. See docs/promotion.md.",
  },
  ...healthErrors,
  ...attachmentErrors,
  API_WITHOUT_METHODS: {
    kind: "definition",
    summary: "The draft has no methods, so there is nothing to deploy.",
    remedy: "Add a route to the API's draft (or import a definition into it) and run again.",
  },
  METHOD_WITHOUT_INTEGRATION: {
    kind: "definition",
    summary: "A method of the draft has no integration.",
    remedy:
      "Give every method of the draft an integration. If another tool is still writing the draft, wait until it has finished and run again.",
  },
  PRIVATE_API_WITHOUT_POLICY: {
    kind: "definition",
    summary: "A private API cannot be deployed without a resource policy.",
    remedy: "Attach a resource policy to the API and run again.",
  },
  REJECTED: {
    kind: "definition",
    summary: "API Gateway rejected the request as invalid.",
    remedy: "Correct what the service's message names and run again.",
  },
  STAGE_NOT_OURS: {
    kind: "refused",
    summary: "A stage with the preview's name exists, and this action did not make it for this pull request.",
    remedy:
      "Choose another `stage-name` for previews (it may contain `{number}`), or delete the stage if nobody needs it. Preview stages are deleted with their pull request, so only stages that carry this action's own tag are taken.",
  },
  ...canaryErrors,
  CREDENTIALS_MISSING: {
    kind: "credentials",
    summary: "The job has no AWS credentials.",
    remedy:
      "Run aws-actions/configure-aws-credentials before this step and give the job `permissions: id-token: write`. Pull requests from forks and from Dependabot get no credentials by design.",
  },
  CREDENTIALS_EXPIRED: {
    kind: "credentials",
    summary: "The AWS credentials have expired.",
    remedy:
      "Run aws-actions/configure-aws-credentials closer to this step, or raise its `role-duration-seconds`, then run the job again.",
  },
  CREDENTIALS_INVALID: {
    kind: "credentials",
    summary: "AWS does not accept the credentials.",
    remedy:
      "Check where the job's credentials come from (a deleted key, a key of another partition, a clock that is off by minutes), then run the job again.",
  },
  CREDENTIALS_MALFORMED: {
    kind: "credentials",
    summary: "A variable that holds AWS credentials or the Region is not as AWS writes it.",
    remedy:
      "Correct the variable named above where it is set: a secret that is pasted with a line end, blanks or quotes keeps them.",
  },
  WRONG_ACCOUNT: {
    kind: "refused",
    summary: "The credentials belong to another account than `expected-account-id` names.",
    remedy:
      "Check which role the job assumes (`role-to-assume` of aws-actions/configure-aws-credentials), or correct `expected-account-id`.",
  },
  ACCESS_DENIED: {
    kind: "permission",
    summary: "The AWS role may not do what the step needs.",
    remedy: "Add the statement above to the policy of the job's role.",
  },
  STAGE_QUOTA: {
    kind: "quota",
    summary: "The API has as many stages as its quota allows.",
    remedy:
      "Delete a stage that nobody needs, or have the quota `Stages per API` raised in Service Quotas (the default is 10).",
  },
  QUOTA: {
    kind: "quota",
    summary: "A quota of API Gateway is used up.",
    remedy: "Free what the message names, or have the quota raised in Service Quotas; trying again does not help.",
  },
  THROTTLED: {
    kind: "throttled",
    summary: "API Gateway kept answering that it gets too many requests.",
    remedy:
      "Its control plane allows one CreateDeployment every 5 seconds and 10 requests a second for the whole account. Run again later, and keep deployments of one account apart with `concurrency:`.",
  },
  BUSY: {
    kind: "conflict",
    summary: "Another change to the API was under way for minutes.",
    remedy: "Wait for the other deployment to end and run again; `concurrency:` with one group for the API avoids it.",
  },
  STAGE_CHANGED: {
    kind: "conflict",
    summary: "Somebody else changed the stage while this run was at work.",
    remedy: "Look at what the stage serves now, and run again if it should be this run's deployment.",
  },
  UNCLEAR_WRITE: {
    kind: "unclear",
    summary: "A write got no readable answer, and looking for its effect did not settle whether it happened.",
    remedy: "Run the job again: it looks for what this run made and carries on from there.",
  },
  CANCELLED: {
    kind: "cancelled",
    summary: "The run was cancelled.",
    remedy: "Run the job again to bring the stage to the wanted state.",
  },
  UPSTREAM: {
    kind: "upstream",
    summary: "AWS could not be reached, or answered with a server error.",
    remedy: "Run the job again; if it persists, look at the AWS Health Dashboard for API Gateway in this Region.",
  },
  UNREADABLE_ANSWER: {
    kind: "upstream",
    summary: "An answer came, but not one that API Gateway gives.",
    remedy:
      "Something on the way may have answered in its place: check HTTPS_PROXY, AWS_ENDPOINT_URL and the runner's network. Nothing is concluded from such an answer; run the job again.",
  },
  BUG: {
    kind: "bug",
    summary: "The action met a situation that it was not built for.",
    remedy: "Please open an issue with the log of a run that has debug logging switched on.",
  },
} as const satisfies Record<string, RegisterEntry>;

export type ErrorCode = keyof typeof register;
