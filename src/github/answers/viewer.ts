import * as z from "zod/mini";
import { ifReadable } from "./checked.ts";

/** GraphQL, `viewer { login }`: the account that the token acts as, bots with `[bot]`. Empty where it is not told. */
export const readViewer = (data: Readonly<Record<string, unknown>>): string =>
  ifReadable(z.looseObject({ login: z.string() }), data["viewer"])?.login ?? "";
