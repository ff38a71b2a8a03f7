const SECRET = /pass(?:word|wd|phrase|code)|pwd|secret|token|key|credential|signature|private/i;

/** Whether a variable's name says that its value is not for everybody's eyes. Rather one too many than one too few. */
export const looksSecret = (name: string): boolean => SECRET.test(name);

/** What is shown in place of a secret. */
export const MASK = "***";
