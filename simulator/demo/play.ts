import type { SimulatorOptions } from "../simulator.ts";
import { wentBack } from "./back.ts";
import { fewCallersFirst } from "./canary.ts";
import { definitionEdited } from "./definition.ts";
import { previewOnDomain } from "./domain.ts";
import { ending } from "./ending.ts";
import { pullRequestMerged } from "./merged.ts";
import { pushedToMain } from "./production.ts";
import { pullRequestOpened, pullRequestPushed } from "./pull-request.ts";
import { released } from "./release.ts";
import { settingsChanged } from "./settings.ts";
import { type Chapter, openStory } from "./story.ts";
import type { Terminal } from "./terminal.ts";

/** What runs the action's scripts, where it is not processes. */
type Runner = Pick<SimulatorOptions, "runScript">;

const definitions = {
  first: "simulator/demo/orders.yaml",
  change: "simulator/demo/one-order.yaml",
  files: { main: "simulator/demo/openapi-main.yaml", pullRequest: "simulator/demo/openapi-pull-request.yaml" },
};

const chapters: readonly Chapter[] = [
  pullRequestOpened,
  pullRequestPushed(definitions.change),
  pushedToMain,
  previewOnDomain,
  settingsChanged,
  definitionEdited(definitions.files),
  pullRequestMerged,
  released(definitions.files.pullRequest),
  fewCallersFirst(definitions.files.pullRequest),
  wentBack,
  ending,
];

/**
 * Tells the whole story, from the project's root. Answers the exit code: 1 when anything ended other than it should.
 * `actionPath`: the folder with action.yml and dist/.
 */
export const play = async (terminal: Terminal, actionPath: string, runner: Runner = {}): Promise<number> => {
  const story = await openStory(terminal, actionPath, definitions.first, runner);
  try {
    for (const chapter of chapters) await chapter(story);
  } finally {
    await story.simulator.close();
  }
  terminal.paragraph("");
  const failures = story.failures();
  if (failures === 0) {
    terminal.success("Everything ended as it should.");
    terminal.paragraph('For real: README.md, from "From zero to the first preview" on.');
  } else {
    terminal.problem(`${failures} ${failures === 1 ? "thing" : "things"} did not end as it should, see above.`);
  }
  return failures === 0 ? 0 : 1;
};
