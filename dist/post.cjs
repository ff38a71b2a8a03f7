if (process.env["STATE_open-record"]) import("./index.js");
