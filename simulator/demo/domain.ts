import { addMapping, newDomainName, ROOT } from "../gateway/domain-name.ts";
import { pullRequestEvent } from "../github/events.ts";
import { type Chapter, type Story, showComment } from "./story.ts";

export const domainName = "api.example.com";

/** What runs about previews are given once production has a domain. */
export const onDomain = ({ simulator: { gateway } }: Story): Readonly<Record<string, string>> => ({
  "preview-domain": domainName,
  // Where the simulator plays the domain.
  "invoke-url": `${gateway.server.url}/${domainName}`,
});

/** Production gets a domain that knows routing rules, and the preview is reached there, too. */
export const previewOnDomain: Chapter = async (story) => {
  const { simulator, api, pull, terminal, expect } = story;
  const { world, server } = simulator.gateway;
  const stageName = `pr-${pull.number}`;
  terminal.heading(`The preview of pull request #${pull.number} is opened by a header on production's domain`);
  const domain = newDomainName(world, domainName, { routingMode: "ROUTING_RULE_THEN_BASE_PATH_MAPPING" });
  addMapping(world, domain, { basePath: ROOT, restApiId: api.id, stage: "prod" });
  const run = await story.deploy(
    { event: pullRequestEvent(simulator.repository, pull, "synchronize") },
    onDomain(story),
  );
  showComment(story);
  expect("The outputs name the header", run.steps[0]?.outputs["invoke-header"] === `X-Preview: ${stageName}`);
  const url = `${server.url}/${domainName}/orders`;
  const preview = await story.call(url, { "X-Preview": stageName });
  expect("With the header, the preview answers", preview.body.includes(stageName));
  const production = await story.call(url);
  expect("Without it, production answers", production.body.includes('"prod"'));
};
