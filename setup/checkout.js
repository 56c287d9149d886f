"use strict";

const { createHash } = require("node:crypto");
const { join } = require("node:path");

/** The repository's folder. */
const root = join(__dirname, "..");

/** Steps that write into the repository take turns under this name. */
const checkoutLock = `checkout-${createHash("sha256").update(root).digest("hex").slice(0, 12)}`;

module.exports = { checkoutLock, root };
