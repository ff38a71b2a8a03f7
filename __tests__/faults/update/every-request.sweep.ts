import { everyRequest } from "./every-request.ts";

everyRequest(1);
