import { once } from "node:events";
import { fullName } from "../github/world.ts";
import { readOptions, usage } from "./options.ts";
import { type Services, StartFailure, startServices } from "./services.ts";

export type Console = { readonly print: (line: string) => void; readonly complain: (line: string) => void };

/**
 * Runs the services until `stop`. Answers the exit code: 0 after a stop or `--help`, 2 for a wrong command line. `help`:
 * the command that shows the flags.
 */
export const simulate = async (
  args: readonly string[],
  console: Console,
  stop: AbortSignal,
  help = "npm run simulator -- --help",
): Promise<number> => {
  const read = readOptions(args);
  if (read === "help") {
    console.print(usage);
    return 0;
  }
  if ("problems" in read) {
    for (const problem of read.problems) console.complain(problem);
    console.complain(`See ${help}.`);
    return 2;
  }
  try {
    const services = await startServices(read.options);
    for (const line of announcement(services, help)) console.print(line);
    if (!stop.aborted) await once(stop, "abort");
    await services.simulator.close();
    return 0;
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    console.complain(error.message);
    return error.exitCode;
  }
};

/** A text that a shell can read: what is for people stands in comments. */
const announcement = ({ simulator, api, httpApi, pull, environment }: Services, help: string): readonly string[] => [
  `# API Gateway with REST API ${api.id} (${api.name}) and HTTP API ${httpApi.apiId}, GitHub with ${fullName(simulator.repository)} and its pull request #${pull.number}.`,
  "# In another terminal:",
  ...Object.entries(environment).map(([name, value]) => `export ${name}=${value}`),
  "# Then, for example:",
  // Older versions of the AWS CLI do not know AWS_ENDPOINT_URL.
  `aws --endpoint-url "$AWS_ENDPOINT_URL" apigateway create-deployment --rest-api-id ${api.id} --stage-name dev`,
  ...exampleCall(api),
  `aws --endpoint-url "$AWS_ENDPOINT_URL" apigatewayv2 create-stage --api-id ${httpApi.apiId} --stage-name dev --auto-deploy`,
  `curl -i "$AWS_ENDPOINT_URL/${httpApi.apiId}/dev/orders"`,
  `curl -H "Authorization: Bearer $GITHUB_TOKEN" "$GITHUB_API_URL/repos/${fullName(simulator.repository)}/pulls/${pull.number}"`,
  `# Faults and switches: ${help}. Ctrl-C ends it.`,
];

/** Of a route that GET answers, without parameters if there is one; none for a definition without routes. */
const exampleCall = ({ id, draft }: Services["api"]): readonly string[] => {
  const routes = [...draft.resources.values()].flatMap(({ path, methods }) =>
    [...methods.keys()].map((method) => ({ path, method: method === "ANY" ? "GET" : method })),
  );
  const gets = routes.filter(({ method }) => method === "GET");
  const route = gets.find(({ path }) => !path.includes("{")) ?? gets[0] ?? routes[0];
  if (route === undefined) return [];
  const flag = route.method === "GET" ? "-i" : route.method === "HEAD" ? "-I" : `-i -X ${route.method}`;
  return [`curl ${flag} "$AWS_ENDPOINT_URL/${id}/dev${route.path.replaceAll(/\{[^}]*\}/g, "1")}"`];
};
