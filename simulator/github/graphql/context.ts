import type { PermissionKey, Profile, Repository, World } from "../model.ts";
import { isPermitted, notAccessible } from "../permissions.ts";
import { refusal } from "./refusal.ts";

/** Who asks, and of which world. */
export type Context = { readonly world: World; readonly profile: Profile };

/** Throws `FORBIDDEN` unless the caller has one of the permissions. */
export const requireAccess = (
  context: Context,
  repository: Repository,
  access: "read" | "write",
  ...keys: readonly PermissionKey[]
): void => {
  if (keys.some((key) => isPermitted(context.profile, repository, key, access))) return;
  throw refusal("FORBIDDEN", notAccessible(context.profile));
};
