type Readers = typeof import("./answers.ts");

/** What one of the readers makes of an answer. They are loaded while the request is under way. */
export const readBy =
  <Name extends keyof Readers>(name: Name) =>
  async (answer: unknown): Promise<ReturnType<Readers[Name]>> => {
    const readers = await import(/* webpackChunkName: "story" */ "./answers.ts");
    return readers[name](answer) as ReturnType<Readers[Name]>;
  };
