"use strict";
// The same values in every run, so that a mutant is killed in every run or in none; and no search for a smaller example.
require("fast-check").configureGlobal({ seed: 4711, endOnFailure: true });
