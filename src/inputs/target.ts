import type { Event } from "../domain/event.ts";
import { invokeUrlTemplateProblem } from "../domain/invoke-url.ts";
import type { PreviewDomain } from "../domain/preview-domain.ts";
import type { Run } from "../domain/run.ts";
import { CHOICES } from "./choices.ts";
import { isMergeGroup } from "./preview-rules.ts";
import type { InputReader } from "./reader.ts";

/** The input that names the API: one of them is for REST APIs alone. */
export type ApiGivenAs = "rest-api-id" | "api-id";

/** The stage that a command is about, and where its doings are reported. */
export type Target = {
  readonly run: Run;
  readonly restApiId: string;
  /** By which input: one is for REST APIs alone. */
  readonly apiGivenAs: ApiGivenAs;
  /** What people call the API; `undefined`: by its own name. */
  readonly label: string | undefined;
  /** The account that the credentials must belong to; `undefined`: any. */
  readonly expectedAccountId: string | undefined;
  readonly stageName: string;
  /** Set when the stage belongs to a pull request, and to which. */
  readonly previewOf: number | undefined;
  /** The pull request that gets the comment, as far as the inputs tell; a commit's is looked up. */
  readonly pullRequest: number | undefined;
  /** The GitHub environment, unless the job's own takes its place. */
  readonly environment: string;
  /** Whether an input names the environment, or a GitHub deployment that asks for this one. */
  readonly environmentIsGiven: boolean;
  readonly githubDeployment: "auto" | "always" | "never";
  readonly comment: boolean;
  readonly invokeUrl: string | undefined;
  /** Where a preview is reached on a custom domain; `invokeUrl` is that domain's address then. */
  readonly previewDomain?: PreviewDomain;
  readonly dryRun: boolean;
  /** Empty when the workflow gave none. */
  readonly githubToken: string;
  readonly checkRunId: number | undefined;
};

const API_ID = /^[a-z0-9]{1,64}$/;
const STAGE_NAME = /^(?:[A-Za-z0-9_-]{1,128}|\$default)$/;
const NUMBER = "{number}";

/** The shapes of ids and names are API Gateway's (API reference, CreateStage and CreateDeployment). */
export const readTarget = (read: InputReader, run: Run): Target => {
  const api = readApi(read);
  const given = read.positiveInteger("pr-number");
  const pullRequest = given ?? ("number" in run.event ? run.event.number : undefined);
  const stage = readStageName(read, run.event, pullRequest);
  const environment = readEnvironment(read, "production");
  return {
    run,
    ...api,
    label: readLabel(read),
    expectedAccountId: readExpectedAccountId(read),
    stageName: stage.name,
    previewOf: stage.previewOf,
    pullRequest,
    environment: environment ?? defaultEnvironment(run.event, stage),
    environmentIsGiven: environment !== undefined || run.event.kind === "deployment",
    githubDeployment: read.oneOf("github-deployment", CHOICES["github-deployment"], "auto"),
    comment: read.boolean("comment", true),
    invokeUrl: readInvokeUrl(read, stage.name),
    dryRun: read.boolean("dry-run", false),
    githubToken: read.text("github-token") ?? "",
    checkRunId: read.positiveInteger("check-run-id"),
  };
};

/**
 * Whether the stage's name is one of a pull request's own, as far as the inputs tell before they are checked. In a merge
 * queue it is so without a name, too: the workflow is the one that previews pull requests.
 */
export const asksForPreview = (read: InputReader, event: Event): boolean =>
  (read.text("stage-name") ?? (event.kind === "pull-request" || isMergeGroup(event) ? NUMBER : "")).includes(NUMBER);

/** The environment of the stage, unless an input names one: where a GitHub deployment asks for it, that one's. */
const defaultEnvironment = (event: Event, { name, previewOf }: StageName): string => {
  if (event.kind === "deployment") return event.environment;
  return previewOf === undefined ? name : "preview";
};

/** The API, named by exactly one of the two inputs. */
export const readApi = (read: InputReader): Pick<Target, "restApiId" | "apiGivenAs"> => {
  const [asRest, asAny] = [read.text("rest-api-id"), read.text("api-id")];
  if (asRest === undefined && asAny === undefined) {
    const message =
      "It is required: the id of the REST API, for example a1b2c3d4e5; or api-id, the id of an API of any kind.";
    read.report("rest-api-id", message);
  }
  if (asRest !== undefined && asAny !== undefined) {
    read.report("api-id", "It cannot be given together with rest-api-id: both name the one API.");
  }
  const apiGivenAs = asRest === undefined && asAny !== undefined ? "api-id" : "rest-api-id";
  const restApiId = asRest ?? asAny ?? "";
  checkApiId(read, apiGivenAs, restApiId);
  return { restApiId, apiGivenAs };
};

const checkApiId = (read: InputReader, input: ApiGivenAs, value: string): void => {
  if (value === "" || API_ID.test(value)) return;
  const inside = /([a-z0-9]{10})\.execute-api\.|\/(?:rest)?apis\/([a-z0-9]+)/.exec(value);
  const id = inside?.[1] ?? inside?.[2];
  const hint = id === undefined ? "" : ` The id in this value is ${id}.`;
  read.report(input, `It must be lower-case letters and digits only, for example a1b2c3d4e5.${hint}`);
};

/** In quotes, because YAML takes the zero away that an account's number may begin with. */
export const readExpectedAccountId = (read: InputReader): string | undefined =>
  read.matching(
    "expected-account-id",
    /^[0-9]{12}$/,
    'the number of an AWS account: twelve digits, in quotes, for example "123456789012"',
  );

export const readLabel = (read: InputReader): string | undefined =>
  read.matching(
    "label",
    /^[^\p{Cc}]{1,60}$/u,
    "what people call the API, at most 60 characters on one line, for example Orders (internal)",
  );

export const readEnvironment = (read: InputReader, example: string): string | undefined =>
  read.matching(
    "environment",
    /^[^\p{Cc}]{1,255}$/u,
    `the name of a GitHub environment, at most 255 characters on one line, for example ${example}`,
  );

export const readDeploymentId = (read: InputReader): string | undefined =>
  read.matching(
    "deployment-id",
    /^[a-z0-9]{1,64}$/,
    "the id of a deployment: lower-case letters and digits, for example k4d2fz",
  );

/** The name of another stage of the same API. */
export const readOtherStage = (read: InputReader, input: string): string | undefined =>
  read.matching(
    input,
    STAGE_NAME,
    "the name of a stage: 1 to 128 letters, digits, hyphens or underscores, or $default",
  );

type StageName = { readonly name: string; readonly previewOf: number | undefined };

const readStageName = (read: InputReader, event: Event, pullRequest: number | undefined): StageName => {
  const given = read.text("stage-name");
  const template = given ?? (event.kind === "pull-request" ? `pr-${NUMBER}` : undefined);
  if (template === undefined) {
    read.report(
      "stage-name",
      "It is required here (only pull requests have a default, pr-{number}), for example prod.",
    );
    return { name: "", previewOf: undefined };
  }
  if (template.includes(NUMBER) && pullRequest === undefined) {
    read.report("stage-name", "{number} stands for a pull request's number, and this run has none: give pr-number.");
    return { name: "", previewOf: undefined };
  }
  const name = fillStageName(read, template, pullRequest);
  return { name, previewOf: template.includes(NUMBER) ? pullRequest : undefined };
};

/** The name with the pull request's number in it. */
export const fillStageName = (read: InputReader, template: string, pullRequest: number | undefined): string => {
  const name = template.replaceAll(NUMBER, () => String(pullRequest));
  if (!STAGE_NAME.test(name)) {
    read.report("stage-name", "It must be 1 to 128 letters, digits, hyphens or underscores, for example pr-{number}.");
  }
  return name;
};

/** `stageName`: of a run that is about one stage. */
export const readInvokeUrl = (read: InputReader, stageName?: string): string | undefined => {
  const template = read.text("invoke-url");
  const problem = template === undefined ? undefined : invokeUrlTemplateProblem(template, stageName);
  if (problem !== undefined) read.report("invoke-url", problem);
  return template;
};
