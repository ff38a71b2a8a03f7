import { bench } from "./bench/report.ts";

process.exitCode = await bench((line) => console.log(line), process.cwd(), process.argv.slice(2));
