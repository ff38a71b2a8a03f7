import { stories } from "./stories.ts";
import { everyCase } from "./whole-sweep.ts";

everyCase(stories.slice(11));
