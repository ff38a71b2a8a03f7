import type { PreviewDomain } from "../domain/preview-domain.ts";
import type { Band, RuledDomain } from "../domain/routing-rule.ts";
import type { InputReader } from "./reader.ts";
import type { Target } from "./target.ts";

/** No more than what routing rules may say (Developer Guide, "Routing rules to connect API stages …", Restrictions). */

const NUMBER = "{number}";
const DEFAULT_HEADER = "X-Preview";
const DEFAULT_BAND: Band = { from: 1000, to: 1999 };
const HIGHEST_PRIORITY = 1_000_000;
/** A header's value is shorter than 128 characters. */
const LONGEST_VALUE = 127;

/** A name of DNS, and for a private domain its id as in its ARN. */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*(?:\+[a-z0-9]{1,64})?$/i;
const HEADER = /^[A-Za-z0-9._-]{1,39}$/;
const REFUSED_HEADERS =
  /^(?:access-control-.*|apigw-.*|authorization|connection|content-(?:encoding|length|location)|forwarded|host|keep-alive|origin|proxy-auth(?:enticate|orization)|te|trailers|transfer-encoding|upgrade|x-amz-.*|x-amzn-.*|x-apigw-api-id|x-forwarded-(?:for|host|proto)|x-restapi|via)$/i;
const BASE_PATH = /^[A-Za-z0-9$_.+!*/-]{0,127}$/;

/** What a deployment and a deletion of a preview need; nothing for other stages, which rules never lead to. */
export type OnPreviewDomain = Partial<Pick<Target, "previewDomain" | "invokeUrl">>;

export const readPreviewDomain = (read: InputReader, target: Target): OnPreviewDomain => {
  const { domain, header, basePath } = readPreviewDomainForms(read, target.previewOf);
  requireDomain(read);
  if (domain === undefined || target.previewOf === undefined) return {};
  const previewDomain: PreviewDomain = {
    ...domain,
    header: header ?? (basePath === undefined ? DEFAULT_HEADER : undefined),
    basePath,
  };
  reportReach(read, previewDomain, target.stageName);
  return { previewDomain, invokeUrl: target.invokeUrl ?? `https://${domain.name}` };
};

/** Of which domain a sweep removes the rules whose stage is gone. */
export const readRuledDomain = (read: InputReader): RuledDomain | undefined => {
  requireDomain(read);
  return readDomain(read);
};

/** Each input by itself. */
export const readPreviewDomainForms = (read: InputReader, previewOf?: number) => ({
  domain: readDomain(read),
  header: readHeader(read),
  basePath: readBasePath(read, previewOf),
});

const requireDomain = (read: InputReader): void => {
  if (read.text("preview-domain") !== undefined) return;
  for (const input of ["preview-header", "preview-path"]) {
    if (read.text(input) !== undefined) read.report(input, "It says nothing without preview-domain.");
  }
};

const readDomain = (read: InputReader): RuledDomain | undefined => {
  const given = read.matching("preview-domain", DOMAIN, "the name of a custom domain, for example api.example.com");
  const band = readBand(read);
  const [name, id] = (given ?? "").toLowerCase().split("+");
  return name ? { name, id, band } : undefined;
};

const readBand = (read: InputReader): Band => {
  const rule = `two priorities of 1 to ${HIGHEST_PRIORITY}, the lower one first, for example 1000-1999`;
  const [, from = "", to = ""] = /^(\d{1,7})-(\d{1,7})$/.exec(read.text("preview-priority") ?? "1000-1999") ?? [];
  const band = { from: Number(from), to: Number(to) };
  if (from !== "" && band.from >= 1 && band.from <= band.to && band.to <= HIGHEST_PRIORITY) return band;
  read.report("preview-priority", `It must be ${rule}.`);
  return DEFAULT_BAND;
};

const readHeader = (read: InputReader): string | undefined => {
  const name = read.matching(
    "preview-header",
    HEADER,
    "the name of a header, at most 39 letters, digits, hyphens, dots and underscores, for example X-Preview",
  );
  if (name !== undefined && REFUSED_HEADERS.test(name)) {
    read.report(
      "preview-header",
      "API Gateway knows no rule by this header; take one of your own, for example X-Preview.",
    );
  }
  return name;
};

const readBasePath = (read: InputReader, previewOf: number | undefined): string | undefined => {
  const given = read.text("preview-path");
  if (given === undefined) return undefined;
  const path = given.replaceAll(NUMBER, () => String(previewOf ?? 0)).replace(/^\/|\/$/g, "");
  if (!given.startsWith("/") || !BASE_PATH.test(path) || path.startsWith("/") || path.includes("//")) {
    read.report(
      "preview-path",
      "It must be a path of at most 127 letters, digits and $-_.+!*/, for example /pr-{number}.",
    );
  }
  return path;
};

/** A rule without a condition of its own would take what is production's, or another preview's. */
const reportReach = (read: InputReader, { header, basePath }: PreviewDomain, stageName: string): void => {
  if (header === undefined && !(read.text("preview-path") ?? "").includes(NUMBER)) {
    read.report(
      "preview-path",
      "Without preview-header it must contain {number}: each preview needs a path of its own.",
    );
  }
  if (header === undefined && basePath === "") {
    read.report("preview-path", "Without preview-header it cannot be the root, where production is.");
  }
  if (header !== undefined && stageName.length > LONGEST_VALUE) {
    read.report("stage-name", `The value of preview-header has at most ${LONGEST_VALUE} characters.`);
  }
};
