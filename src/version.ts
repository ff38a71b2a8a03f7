/** The release, as in package.json; it goes into user agents. */
export const version = "0.1.0";
