/** Markdown of ours as people read it: without marks, escapes and what keeps GitHub from reading more into it. */
export const readable = (markdown: string): string =>
  markdown
    .replaceAll("<br>", "\n")
    .replaceAll(/\u200b|`|\*\*|\\(?=[^A-Za-z0-9\s])/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replaceAll(/^ *- /gm, "  ")
    .replaceAll(/\n\n+/g, "\n");
