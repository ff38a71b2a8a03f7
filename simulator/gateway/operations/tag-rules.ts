import { badRequest } from "../service-error.ts";

/** API Gateway Developer Guide, "Tagging your API Gateway resources". */
const allowed = /^[\p{L}\p{N}\p{Zs}+\-=._:/@]*$/u;

/**
 * The limits of a resource's tags, those that it will have in all (API Gateway Developer Guide, tagging).
 *
 * @throws ServiceError 400
 */
export const checkTags = (tags: Readonly<Record<string, string>>): void => {
  const entries = Object.entries(tags);
  if (entries.length > 50) throw badRequest("A resource can have at most 50 tags");
  for (const [key, value] of entries) {
    if (key.length < 1 || key.length > 128) throw badRequest("Tag keys must have 1 to 128 characters");
    if (value.length > 256) throw badRequest("Tag values must have at most 256 characters");
    if (/^aws:/i.test(key)) throw badRequest("Tag keys must not start with aws:");
    if (![key, value].every((text) => allowed.test(text))) {
      throw badRequest("Tags must only have letters, numbers, spaces and + - = . _ : / @");
    }
  }
};
