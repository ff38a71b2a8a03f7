/** What a text says as JSON, or its bytes; `undefined` for what is none, which no schema takes for an answer. */
export const parsedJson = (json: string | Uint8Array): unknown => {
  try {
    return JSON.parse(typeof json === "string" ? json : new TextDecoder().decode(json));
  } catch {
    return undefined;
  }
};
