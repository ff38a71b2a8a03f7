import { planText } from "./usage-plan.ts";

/** What names a stage from outside its API. */
export type StageUser =
  | { readonly kind: "usage-plan"; readonly id: string; readonly name: string }
  | { readonly kind: "base-path-mapping"; readonly domainName: string; readonly basePath: string }
  | {
      readonly kind: "routing-rule";
      readonly domainName: string;
      readonly domainNameId?: string | undefined;
      readonly id: string;
    };

export type StageUsers = {
  readonly found: readonly StageUser[];
  /** What could not be looked at because a permission is missing, in whole sentences. */
  readonly unknown: readonly string[];
};

/** What uses a stage, as the end of a sentence. */
export const userText = (user: StageUser): string => {
  switch (user.kind) {
    case "usage-plan":
      return planText(user);
    case "base-path-mapping":
      return `base path mapping ${user.basePath} of domain ${user.domainName}`;
    case "routing-rule":
      return `routing rule ${user.id} of domain ${user.domainName}`;
  }
};
