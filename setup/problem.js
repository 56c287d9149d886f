"use strict";

/** Something that the user can put right: printed as it is, without a stack. */
class Problem extends Error {}

module.exports = { Problem };
