import type { PermissionKey, Profile, Repository } from "./model.ts";
import { fullName } from "./world.ts";

const reaches = (profile: Profile, repository: Repository): boolean =>
  profile.repositories?.some((name) => name.toLowerCase() === fullName(repository).toLowerCase()) ?? true;

/** Private repositories that a token does not reach answer 404, as if they were not there. */
export const maySee = (profile: Profile, repository: Repository): boolean =>
  !repository.private || reaches(profile, repository);

/** Public repositories that a token does not reach can be read all the same. */
export const isPermitted = (
  profile: Profile,
  repository: Repository,
  key: PermissionKey,
  access: "read" | "write",
): boolean => {
  if (!reaches(profile, repository)) return access === "read";
  const granted = profile.permissions[key];
  return granted === "write" || granted === access;
};

/** The message with which both APIs refuse a caller who lacks a permission. */
export const notAccessible = (profile: Profile): string =>
  `Resource not accessible by ${profile.app ? "integration" : "personal access token"}`;
