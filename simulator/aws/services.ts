import { cloudTrailService } from "../cloudtrail/service.ts";
import type { World } from "../gateway/model.ts";
import { gatewayService } from "../gateway/service.ts";
import type { Service } from "../http/exchange.ts";
import { lambdaService } from "../lambda/service.ts";
import { serviceQuotasService } from "../service-quotas/service.ts";
import { stsService } from "../sts/service.ts";
import { wafService } from "../waf/service.ts";
import type { Access } from "./access.ts";
import type { AwsService } from "./aws-service.ts";
import { endpoint } from "./endpoint.ts";

/** The services beside API Gateway. */
export const neighbours = (world: World, access?: Access): readonly AwsService[] => [
  cloudTrailService(world, access),
  lambdaService(world, access),
  serviceQuotasService(world, access),
  stsService(world, access),
  wafService(world, access),
];

/** All of the simulated account behind one address, as `AWS_ENDPOINT_URL` wants it. */
export const awsService = (world: World, access?: Access): Service =>
  endpoint(gatewayService(world, access), neighbours(world, access));
