import swc from "@swc/jest";
import { mutants } from "./mutants.js";

const transformer = swc.createTransformer({ jsc: { target: "es2022" }, module: { type: "es6" } });

/** The source with the guard switched off that MUTANT names. A guard whose text is not found is no mutant. */
const mutated = (source, path) => {
  const mutant = mutants[process.env.MUTANT ?? ""];
  if (mutant === undefined || !path.endsWith(`/${mutant.file}`)) return source;
  if (source.split(mutant.from).length !== 2) throw new Error(`${mutant.file} does not hold once: ${mutant.from}`);
  return source.replace(mutant.from, () => mutant.to);
};

export default {
  ...transformer,
  process: (source, path, options) => transformer.process(mutated(source, path), path, options),
  processAsync: (source, path, options) => transformer.processAsync(mutated(source, path), path, options),
};
