/** Guards of src/, and each switched off by a change of its text. */
export const mutants = {
  "look before repeating": {
    file: "src/aws/retry.ts",
    from: 'verdict.kind === "unknown" ? settle(',
    to: "verdict.kind === undefined ? settle(",
  },
  "read back": {
    file: "src/apply/stage-steps.ts",
    from: "if (stage.deploymentId === deploymentId) return deploymentId;",
    to: "if (stage.deploymentId !== undefined) return deploymentId;",
  },
  "check the routes before pointing": {
    file: "src/apply/make-deployment.ts",
    from: "if (!matches) {",
    to: "if (matches === undefined) {",
  },
  "ask whose stage it is": {
    file: "src/domain/owner.ts",
    from: "|| restApiId !== address.restApiId || stageName !== stageInTag(address.stageName)",
    to: "|| restApiId === undefined",
  },
  "ask whose comment it is": {
    file: "src/github/comments.ts",
    from: "byViewer && body.startsWith(address.marker) && body.trimEnd().endsWith(sealOf(address))",
    to: "byViewer !== undefined && body.startsWith(address.marker)",
  },
};
