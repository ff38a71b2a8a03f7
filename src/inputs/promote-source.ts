/** Where the deployment comes from. `expected`: what the stage must serve, where `deployment-id` is given beside it. */
export type PromoteSource =
  | { readonly kind: "stage"; readonly stageName: string; readonly expected: string | undefined }
  | { readonly kind: "deployment"; readonly deploymentId: string };
