import { expect, test } from "@jest/globals";
import { measureSweep, sweepRequestBudget } from "../../simulator/bench/sweep.ts";
import { inThisProcess } from "../in-process.ts";

test("the sweep keeps its budget of requests", async () => {
  const size = { pullRequests: 4, staleDeployments: 6 };
  const { requests, awsRequests } = await measureSweep(process.cwd(), size, { runScript: inThisProcess });
  expect(requests).toBe(sweepRequestBudget(size));
  expect(requests).toBe(21);
  expect(awsRequests).toBe(14);
});

test("the budget of a large sweep", () => {
  expect(sweepRequestBudget({ pullRequests: 50, staleDeployments: 300 })).toBe(407);
});
