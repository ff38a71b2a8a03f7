/** A text of a file, as messages quote it. */
export const shortened = (text: string): string => (text.length <= 80 ? text : `${text.slice(0, 79)}…`);
