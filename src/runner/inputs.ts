import * as core from "@actions/core";
import type { RawInputs } from "../inputs/reader.ts";

export const runnerInputs: RawInputs = (name) => core.getInput(name);
