"use strict";

const firstAfter = 1_000; // shorter steps say nothing
const lineEvery = 5_000; // where the output is a file or a pipe
const redrawEvery = 500;

function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Shows `what` with the seconds elapsed until `end()`: one rewritten line on a terminal, a line now and then elsewhere. */
function startProgress(what) {
  const terminal = process.stderr.isTTY;
  const started = Date.now();
  let detail = "";
  let shown = false;

  const text = () => `${what} … ${Math.round((Date.now() - started) / 1000)} s${detail && `, ${detail}`}`;
  const draw = () => {
    shown = true;
    if (terminal) process.stderr.write(`\r\x1b[K${text().slice(0, (process.stderr.columns || 80) - 1)}`);
    else say(text());
  };
  let repeat;
  const first = setTimeout(() => {
    draw();
    repeat = setInterval(draw, terminal ? redrawEvery : lineEvery);
  }, firstAfter);

  return {
    detail(value) {
      detail = value;
    },
    end() {
      clearTimeout(first);
      clearInterval(repeat);
      if (shown && terminal) process.stderr.write("\r\x1b[K");
      if (shown) say(text());
    },
  };
}

module.exports = { say, startProgress };
