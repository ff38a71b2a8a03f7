import { textTable } from "../text-table.ts";
import { downloadBudget, downloadSize } from "./download.ts";
import { chainBudget, type Figures, figuresOf, median, requestBudget } from "./figures.ts";
import { openBenchScene } from "./scene.ts";
import { bareDuration, notNode, type Starts, startDurations } from "./starts.ts";
import { measureStatus, type StatusSize, statusRequestBudget } from "./status.ts";
import { measureSweep, type SweepFigures, type SweepSize, sweepRequestBudget } from "./sweep.ts";

/** What else a machine does weighs some percent of one time. */
const timesMeasured = 15;

const situations = [
  { name: "fresh pull request", comments: 0, checkRun: false, input: "rest-api-id" },
  { name: "fresh, check run read", comments: 0, checkRun: true, input: "rest-api-id" },
  { name: "1,000 comments", comments: 1000, checkRun: false, input: "rest-api-id" },
  { name: "1,000, check run read", comments: 1000, checkRun: true, input: "rest-api-id" },
  { name: "fresh, HTTP API", comments: 0, checkRun: false, input: "api-id" },
] as const;

type Situation = (typeof situations)[number];

const statusSizes: readonly StatusSize[] = [
  { stages: 10, deployments: 6, details: false },
  { stages: 10, deployments: 6, details: true },
];

const sweepSize = { pullRequests: 50, staleDeployments: 300 };

/**
 * Measures and prints. Answers the exit code: 1 when a budget of counts or sizes is broken; times have none; 2 for a path
 * that is no Node. Starts are measured on other Node binaries, too, as far as they are given.
 */
export const bench = async (
  print: (line: string) => void,
  actionPath: string,
  otherNodes: readonly string[] = [],
): Promise<number> => {
  const unknown = await notNode(otherNodes);
  for (const path of unknown) print(`${path} is no Node: give paths of Node's binaries, or nothing.`);
  if (unknown.length > 0) return 2;
  const starts = await startDurations(actionPath, timesMeasured);
  const broken: string[] = [];
  const rows: string[][] = [];
  for (const situation of situations) {
    const scene = await openBenchScene(actionPath, situation);
    try {
      for (const latency of [0, 100]) {
        // By turns, so that what else the machine does falls on both.
        const bare: number[] = [];
        const options = { latency, checkRun: situation.checkRun };
        const figures = await figuresOf(scene, options, timesMeasured, async () => {
          bare.push(await bareDuration());
        });
        rows.push(row(situation, latency, figures, median(bare)));
        broken.push(...brokenBudgets(situation, latency, figures));
      }
    } finally {
      await scene.close();
    }
  }
  print("Deploy of an existing preview stage on a pull request:");
  for (const line of textTable([head, ...rows])) print(line);
  print("");
  print("chain: requests that wait for each other, measured where latency makes the others overlap");
  print(`process: wall time over a bare node -e 0, medians of ${timesMeasured}`);
  print(
    "both: main, and post where main has left something, as a multiple of two bare starts and the budget's round trips (goal 1.25 with latency)",
  );
  print("");
  const sweep = await measureSweep(actionPath, sweepSize);
  print("Sweep, measured once, at its own pace of 5 requests a second to API Gateway:");
  for (const line of textTable([sweepHead, sweepRow(sweepSize, sweep, starts.bare)])) print(line);
  if (sweep.requests > sweepRequestBudget(sweepSize)) {
    broken.push(`sweep: ${sweep.requests} requests, budget ${sweepRequestBudget(sweepSize)}`);
  }
  print("");
  print("Status of one REST API:");
  const statuses = await measuredStatuses(actionPath);
  for (const line of textTable([statusHead, ...statuses.map(({ cells }) => cells)])) print(line);
  broken.push(...statuses.flatMap((measured) => measured.broken));
  print("");
  print("Start over bare Node, with nothing to ask, a median:");
  print(startLine(starts));
  for (const node of otherNodes) print(startLine(await startDurations(actionPath, timesMeasured, node)));
  const size = await downloadSize(actionPath);
  print(`download: ${kilobytes(size)} of ${kilobytes(downloadBudget)}, compressed`);
  if (size > downloadBudget) broken.push(`download: ${size} bytes, budget ${downloadBudget}`);
  for (const line of broken) print(`✗ Over budget: ${line}`);
  return broken.length > 0 ? 1 : 0;
};

const head = [
  "situation",
  "latency",
  "AWS",
  "GitHub",
  "requests/budget",
  "chain/budget",
  "process",
  "both",
  "to first request",
];

const row = (situation: Situation, latency: number, figures: Figures, bare: number): string[] => [
  situation.name,
  milliseconds(latency),
  String(figures.awsRequests),
  String(figures.githubRequests),
  `${figures.requests}/${requestBudget(situation)}`,
  figures.chain === undefined ? "–" : `${figures.chain}/${chainBudget(situation)}`,
  milliseconds(figures.duration - bare),
  (figures.bothDurations / (2 * bare + latency * chainBudget(situation))).toFixed(2),
  milliseconds(figures.toFirstRequest),
];

const sweepHead = ["stale deployments", "pull requests", "AWS", "GitHub", "requests/budget", "process"];

const sweepRow = (size: SweepSize, figures: SweepFigures, bare: number): string[] => [
  String(size.staleDeployments),
  String(size.pullRequests),
  String(figures.awsRequests),
  String(figures.githubRequests),
  `${figures.requests}/${sweepRequestBudget(size)}`,
  milliseconds(figures.duration - bare),
];

const statusHead = ["stages", "deployments", "details", "AWS/budget", "GitHub/budget"];

const measuredStatuses = async (actionPath: string) => {
  const rows: { readonly cells: string[]; readonly broken: readonly string[] }[] = [];
  for (const size of statusSizes) {
    const { awsRequests, githubRequests } = await measureStatus(actionPath, size);
    const budget = statusRequestBudget(size);
    const isOver = awsRequests > budget.awsRequests || githubRequests > budget.githubRequests;
    rows.push({
      cells: [
        String(size.stages),
        String(size.deployments),
        String(size.details),
        `${awsRequests}/${budget.awsRequests}`,
        `${githubRequests}/${budget.githubRequests}`,
      ],
      broken: isOver ? [`status, details ${size.details}: ${awsRequests} and ${githubRequests} requests`] : [],
    });
  }
  return rows;
};

const brokenBudgets = (situation: Situation, latency: number, { requests, chain = 0 }: Figures): string[] => {
  const budgets = { requests: requestBudget(situation), chain: chainBudget(situation) };
  const name = `${situation.name}, ${latency} ms`;
  return [
    ...(requests > budgets.requests ? [`${name}: ${requests} requests, budget ${budgets.requests}`] : []),
    ...(chain > budgets.chain ? [`${name}: a chain of ${chain}, budget ${budgets.chain}`] : []),
  ];
};

const milliseconds = (value: number): string => `${Math.round(value)} ms`;
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;

const startLine = ({ version, bare, main, post }: Starts): string =>
  `Node ${version}: main ${milliseconds(main - bare)} (goal 100), post ${milliseconds(post - bare)} (goal 60)`;
