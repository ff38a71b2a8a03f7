import { listen, type SimulatorServer } from "../../simulator/http/server.ts";

/** Serves simulated services of AWS in a Region, and leads this process's environment to them. */
export const serveAws = async (service: Parameters<typeof listen>[0], region: string): Promise<SimulatorServer> => {
  const server = await listen(service);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "AKIASIMULATED0000000",
    AWS_SECRET_ACCESS_KEY: "simulated",
  });
  return server;
};
