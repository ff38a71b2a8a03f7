import type { Member, Shape, Structure } from "../aws/schema.ts";

const text: Shape = { kind: "string" };
const listOf = (member: Shape): Shape => ({ kind: "list", member });

const inBody = (name: string, shape: Shape, required = false): Member => ({
  name,
  wireName: name,
  shape,
  required,
  location: "body",
});

const structure = (name: string, members: readonly Member[]): Structure => ({ kind: "structure", name, members });

/** Its `jwksUri`, which the service reads at the issuer's, is left out: the simulator asks nobody. */
const jwtConfiguration = structure("JwtConfiguration", [
  inBody(
    "issuers",
    listOf(
      structure("JwtIssuer", [
        inBody("issuer", text, true),
        inBody("audiences", listOf(text), true),
        inBody(
          "additionalClaims",
          listOf(
            structure("JwtAdditionalClaim", [
              inBody("claimName", text, true),
              inBody("format", text, true),
              inBody("required", { kind: "boolean" }),
              inBody("expectedValues", listOf(text)),
            ]),
          ),
        ),
      ]),
    ),
    true,
  ),
  inBody("defaultAlgorithms", listOf(text), true),
]);

/**
 * Members of the service model of November 2026 (botocore 1.44.8) that the installed SDK does not know yet: JWT
 * authorizers. Callers reach them with raw requests until the SDK has them too; then they go from here.
 */
const additions: Readonly<Record<string, readonly Member[]>> = {
  Authorizer: [inBody("jwtConfiguration", jwtConfiguration)],
  CreateAuthorizerRequest: [inBody("jwtConfiguration", jwtConfiguration)],
};

/** The same structure with the members that the SDK's schema lacks, in whatever it contains too. */
export const withAdditions = (structure: Structure): Structure => {
  let members: readonly Member[] | undefined;
  return {
    kind: structure.kind,
    name: structure.name,
    get members() {
      members ??= extendedMembers(structure);
      return members;
    },
  };
};

const extendedMembers = ({ name, members }: Structure): Member[] => [
  ...members.map((member) => ({ ...member, shape: extended(member.shape) })),
  ...(additions[name] ?? []).filter((added) => !members.some((member) => member.name === added.name)),
];

const extended = (shape: Shape): Shape => {
  if (shape.kind === "structure") return withAdditions(shape);
  if (shape.kind === "list") return { ...shape, member: extended(shape.member) };
  return shape.kind === "map" ? { ...shape, value: extended(shape.value) } : shape;
};
