/** What a regular expression takes for this text and nothing else. */
export const literalSource = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
