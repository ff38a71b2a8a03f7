import {
  CreateDeploymentCommand,
  DeleteClientCertificateCommand,
  GenerateClientCertificateCommand,
  GetClientCertificateCommand,
  GetClientCertificatesCommand,
  UpdateClientCertificateCommand,
} from "@aws-sdk/client-api-gateway";
import { expect, test } from "@jest/globals";
import { addClientCertificate } from "../../../simulator/gateway/client-certificate.ts";
import { newScene, refusal } from "./stage-scene.ts";

const day = 24 * 60 * 60 * 1000;

test("a client certificate is good for a year", async () => {
  const { client, clock } = await newScene();
  const made = await client.send(new GenerateClientCertificateCommand({ description: "backend" }));
  expect(made).toMatchObject({ description: "backend", createdDate: new Date(clock.now()) });
  expect(made.expirationDate).toEqual(new Date(clock.now() + 365 * day));
  expect(made.pemEncodedCertificate).toMatch(/^-----BEGIN CERTIFICATE-----\n[^-]+\n-----END CERTIFICATE-----$/);
  const { clientCertificateId } = made;
  const { $metadata: _, ...members } = made;
  expect(await client.send(new GetClientCertificateCommand({ clientCertificateId }))).toMatchObject(members);
});

test("one that soon expires can be put into the account", async () => {
  const { client, clock, world } = await newScene();
  const expirationDate = clock.now() + 29 * day;
  const { clientCertificateId } = addClientCertificate(world, { expirationDate });
  const { items } = await client.send(new GetClientCertificatesCommand({}));
  expect(items).toEqual([expect.objectContaining({ clientCertificateId, expirationDate: new Date(expirationDate) })]);
});

test("a stage takes a certificate that there is, and holds it", async () => {
  const { client, restApiId, patchStage } = await newScene();
  await client.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }));
  const { clientCertificateId = "" } = await client.send(new GenerateClientCertificateCommand({}));
  const use = (value: string) => patchStage("dev", { op: "replace", path: "/clientCertificateId", value });
  await expect(use("none12")).rejects.toMatchObject({ name: "BadRequestException" });
  expect((await use(clientCertificateId)).clientCertificateId).toBe(clientCertificateId);
  const remove = () => client.send(new DeleteClientCertificateCommand({ clientCertificateId }));
  await expect(remove()).rejects.toMatchObject({ name: "BadRequestException" });
  await use("");
  expect((await remove()).$metadata.httpStatusCode).toBe(202);
  await expect(client.send(new GetClientCertificateCommand({ clientCertificateId }))).rejects.toMatchObject(
    refusal(404, "NotFoundException", "Invalid Client Certificate ID specified"),
  );
});

test("only its description can be changed", async () => {
  const { client } = await newScene();
  const { clientCertificateId } = await client.send(new GenerateClientCertificateCommand({}));
  const patch = (path: string) =>
    client.send(
      new UpdateClientCertificateCommand({
        clientCertificateId,
        patchOperations: [{ op: "replace", path, value: "2030-01-01" }],
      }),
    );
  expect((await patch("/description")).description).toBe("2030-01-01");
  await expect(patch("/expirationDate")).rejects.toMatchObject({ name: "BadRequestException" });
});

test("the account's quota holds", async () => {
  const { client, world } = await newScene();
  world.quotas.clientCertificates = 1;
  await client.send(new GenerateClientCertificateCommand({}));
  await expect(client.send(new GenerateClientCertificateCommand({}))).rejects.toMatchObject({
    name: "LimitExceededException",
  });
});
