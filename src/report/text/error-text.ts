import { type ActionError, docsAnchor } from "../../domain/errors.ts";
import { bytesOf, withoutMiddle } from "./fitting.ts";
import { code, link } from "./markdown.ts";
import { inline, paragraphs, unmarked } from "./prose.ts";

/** An error as the log shows it: what was being done, what happened, what state things are in, what to do. */
export const errorText = (error: ActionError, actionUrl: string): string => {
  const docs = docsAnchor(error.code);
  return unmarked(
    [
      `Could not ${error.doing}.`,
      error.happened,
      ...(error.state === undefined ? [] : [`State: ${error.state}`]),
      `What to do: ${error.remedy}`,
      `More: ${actionUrl === "" ? docs : `${actionUrl}/${docs}`} (${error.code})`,
    ].join("\n"),
  );
};

/**
 * The same as Markdown, of at most `limit` bytes: what a service said can be of any length, and the end says in what state
 * things are and what to do.
 */
export const errorSection = (error: ActionError, actionUrl: string, limit: number): string => {
  let happened = error.happened;
  let section = sectionOf(error, happened, actionUrl);
  // What is escaped is longer than what it says, and by how much is not known before.
  while (bytesOf(section) > limit && bytesOf(happened) > SHORTEST) {
    happened = withoutMiddle(error.happened, bytesOf(happened) / 2);
    section = sectionOf(error, happened, actionUrl);
  }
  return section;
};

/** Bytes; below this it is not the error that is too long. */
const SHORTEST = 400;

const sectionOf = ({ doing, code: name, state, remedy }: ActionError, happened: string, actionUrl: string): string =>
  [
    `**Could not ${inline(doing)}.**`,
    paragraphs(happened),
    ...(state === undefined ? [] : [`**State:** ${paragraphs(state)}`]),
    `**What to do:** ${paragraphs(remedy)}`,
    // Without the action's own address there is nothing that a link could lead to.
    actionUrl === "" ? `Error ${code(name)}` : link(`More about ${code(name)}`, `${actionUrl}/${docsAnchor(name)}`),
  ].join("\n\n");
