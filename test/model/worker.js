"use strict";
/** The beginning of each worker thread: it loads the TypeScript. */
require("./typescript");
require("./worker.ts");
