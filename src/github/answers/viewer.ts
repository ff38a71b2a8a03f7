import * as z from "zod/mini";
import { ifReadable } from "./checked.ts";

const viewer = z.looseObject({ login: z.string() });

/** GraphQL, `viewer { login }`: the account that the token acts as, bots with `[bot]`. Empty where it is not told. */
export const readViewer = (data: Readonly<Record<string, unknown>>): string =>
  ifReadable(viewer, data["viewer"])?.login ?? "";
