"use strict";
/** `npm run test:mutants -- [room or file …] [Stryker's own options]`: Stryker's run, then its survivors and the score of each room. */
const { spawn } = require("node:child_process");
const { existsSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { resolve } = require("node:path");
const { jsonReporter, tempDirName, thresholds } = require("./stryker.config.js");

const ROOT = resolve(__dirname, "../..");
const REPORT = resolve(ROOT, jsonReporter.fileName);
const TEXT = REPORT.replace(/json$/, "txt");
const DETECTED = ["Killed", "Timeout"];
const UNDETECTED = ["Survived", "NoCoverage"];

/** Rooms and files come first; whatever follows the first option is Stryker's. */
function read(given) {
  const first = given.findIndex((argument) => argument.startsWith("-"));
  const places = first < 0 ? given : given.slice(0, first);
  const globs = places.map((place) => (/\.ts(:|$)/.test(place) ? place : `${place.replace(/\/$/, "")}/**/*.ts`));
  return {
    rooms: [...new Set(places.map((place) => place.split("/")[1]))],
    options: [...(globs.length > 0 ? ["--mutate", globs.join(",")] : []), ...(first < 0 ? [] : given.slice(first))],
  };
}

function mutantsOfReport() {
  const { files } = JSON.parse(readFileSync(REPORT, "utf8"));
  return Object.entries(files).flatMap(([file, { mutants }]) => mutants.map((mutant) => ({ ...mutant, file })));
}

/** One line for each mutant that no test saw. */
function survivors(mutants) {
  return mutants
    .filter(({ status }) => UNDETECTED.includes(status))
    .map(({ file, location: { start }, mutatorName, status, replacement }) => {
      const change = replacement.replace(/\s+/g, " ").slice(0, 140);
      return `${file}:${start.line}:${start.column} ${mutatorName}${status === "Survived" ? "" : " (no test comes here)"}: ${change}`;
    });
}

function scores(mutants) {
  const rooms = [...new Set(mutants.map(({ file }) => file.split("/").slice(0, 2).join("/")))];
  return rooms.map((room) => {
    const own = mutants.filter(({ file }) => file.startsWith(`${room}/`));
    const count = (statuses) => own.filter(({ status }) => statuses.includes(status)).length;
    const [detected, undetected, fixed] = [count(DETECTED), count(UNDETECTED), count(["Ignored"])];
    const score = (100 * detected) / (detected + undetected);
    return { room, detected, undetected, fixed, errors: own.length - detected - undetected - fixed, score };
  });
}

/** An incremental report has other rooms' mutants from earlier runs. */
function report(rooms) {
  const mutants = mutantsOfReport().filter(({ file }) => rooms.length === 0 || rooms.includes(file.split("/")[1]));
  const results = scores(mutants);
  const lines = results.map(
    ({ room, detected, undetected, fixed, errors, score }) =>
      `${room}: ${score.toFixed(1)} %: ${detected} detected, ${undetected} not, ${fixed} static ones left out, ${errors} errors`,
  );
  const text = [...survivors(mutants), ...lines, ""].join("\n");
  writeFileSync(TEXT, text);
  process.stdout.write(text);
  return results.every(({ score, errors }) => score >= thresholds.break && errors === 0);
}

function main(given) {
  const stryker = resolve(ROOT, "node_modules/@stryker-mutator/core/bin/stryker.js");
  const { rooms, options } = read(given);
  const env = { ...process.env, PROPERTY_SHARE: process.env.PROPERTY_SHARE ?? "0.03", MUTATED_ROOMS: rooms.join(",") };
  for (const file of [REPORT, TEXT]) rmSync(file, { force: true });
  const child = spawn(process.execPath, [stryker, "run", "test/mutants/stryker.config.js", ...options], {
    cwd: ROOT,
    env,
    stdio: "inherit",
  });
  // Ctrl+C reaches Stryker as well; what it leaves behind is taken away here.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("close", (code, signal) => {
    rmSync(resolve(ROOT, tempDirName), { recursive: true, force: true });
    process.exitCode = signal === null ? code : 1;
    if (existsSync(REPORT) && !report(rooms)) process.exitCode = 1;
  });
}

main(process.argv.slice(2));
