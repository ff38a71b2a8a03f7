if (process.env["STATE_open-record"]) require("./index.js");
