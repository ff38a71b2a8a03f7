import { everyCase, partOf } from "./whole-sweep.ts";

everyCase(partOf(1));
