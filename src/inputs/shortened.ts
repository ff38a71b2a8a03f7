/** A text of a file or an input, as messages quote it. */
export const shortened = (text: string): string => (text.length <= 80 ? text : `${text.slice(0, 79)}…`);
