import type { Operation, VpcLink, World } from "../model.ts";
import { badRequest, notFound } from "../service-error.ts";
import { pageOf } from "./pages.ts";
import { applyPatches, leaf, optionalLeaf, type Patched, plainRefusals } from "./patch-rules.ts";
import { checkTags } from "./tag-rules.ts";

/** A link is ready after two to four minutes (API Gateway Developer Guide, private integrations). */
const settlesInMs = 3 * 60_000;

const statusOf = ({ availableAt }: VpcLink, world: World) =>
  world.clock.now() < availableAt
    ? { status: "PENDING" }
    : { status: "AVAILABLE", statusMessage: "Your vpc link is ready for use" };

/** Creation and listings leave an empty set of tags out; all other answers show it (recorded behaviour). */
const listedLink = (link: VpcLink, world: World) => {
  const { availableAt: _, tags, ...members } = link;
  return { ...members, ...statusOf(link, world), ...(tags ? { tags } : {}) };
};

const shownLink = (link: VpcLink, world: World) => ({ ...listedLink(link, world), tags: { ...link.tags } });

const requireLink = (world: World, id: string): VpcLink => {
  const link = world.vpcLinks.get(id);
  if (!link) throw notFound("Invalid Vpc Link identifier specified");
  return link;
};

const createVpcLink: Operation = (input, world) => {
  if (input.name === "") throw badRequest("Name cannot be empty");
  const targetArns: string[] = input.targetArns;
  const malformed = targetArns.find((arn) => !/^arn:[\w-]+:elasticloadbalancing:/.test(arn));
  if (malformed !== undefined) throw badRequest(`Invalid ARN. ARN is not well formed ${malformed}`);
  checkTags(input.tags ?? {});
  const link: VpcLink = {
    id: world.newId(6),
    name: input.name,
    ...(input.description ? { description: input.description } : {}),
    targetArns,
    ...(input.tags ? { tags: { ...input.tags } } : {}),
    availableAt: world.clock.now() + settlesInMs,
  };
  world.vpcLinks.set(link.id, link);
  return listedLink(link, world);
};

const getVpcLink: Operation = (input, world) => shownLink(requireLink(world, input.vpcLinkId), world);

const getVpcLinks: Operation = (input, world) => {
  const page = pageOf(world.vpcLinks.values(), ({ id }) => id, input);
  return { ...page, items: page.items.map((link) => listedLink(link, world)) };
};

/** Operations of UpdateVpcLink (patch operations reference); the refusals' words are those of other operations. */
const rules = [leaf("name"), { ...optionalLeaf("description"), operations: ["replace"] }];

const updateVpcLink: Operation = (input, world) => {
  const patched: Patched = { ...requireLink(world, input.vpcLinkId) };
  applyPatches(patched, input.patchOperations, rules, plainRefusals);
  const link = patched as unknown as VpcLink;
  world.vpcLinks.set(link.id, link);
  return shownLink(link, world);
};

/** The real one goes by and by, and the API refuses while an integration uses it; neither is simulated. */
const deleteVpcLink: Operation = (input, world) => {
  world.vpcLinks.delete(requireLink(world, input.vpcLinkId).id);
};

export const vpcLinkOperations: Record<string, Operation> = {
  CreateVpcLink: createVpcLink,
  GetVpcLink: getVpcLink,
  GetVpcLinks: getVpcLinks,
  UpdateVpcLink: updateVpcLink,
  DeleteVpcLink: deleteVpcLink,
};
