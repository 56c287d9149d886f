// The provider whose calls the tests in this folder look at. It runs in the engine's provider process, loaded by
// `createRequire` from the project's folder as the package's own provider is; `calls.jsonl` and `directions.json`
// are in that folder.
const { appendFileSync, existsSync, readFileSync } = require("node:fs");

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const OUTPUTS = ["remote", "__provider"];

// Module state: one per process, whatever the number of texts and resources.
const declared = new Set();

exports.v1 = (kind, edition = "1") => {
  const log = (call) =>
    appendFileSync("calls.jsonl", JSON.stringify({ pid: process.pid, kind, edition, ...call }) + "\n");
  /** What the test wants of this call: by "<name>.<verb>", read afresh each time. */
  const directed = (name, verb) =>
    (existsSync("directions.json") ? JSON.parse(readFileSync("directions.json", "utf8")) : {})[`${name}.${verb}`] ?? {};
  const obey = async (direction, call, inputs) => {
    if (direction.waits) {
      log({ ...call, verb: `${call.verb} waits` });
      await go();
    }
    if (direction.throws) throw thrown(direction.throws);
    if (direction.throwsWithStack) throw new Error(direction.throwsWithStack);
    if (direction.half) throw half(direction.half, call.id, inputs);
  };
  return {
    async configure({ config }) {
      log({ verb: "configure", config: readConfig(config) });
    },
    async check(olds, news) {
      const { name } = news;
      declared.add(name);
      const call = { verb: "check", name, olds, news };
      log(call);
      const direction = directed(name, "check");
      await obey(direction, call, news);
      const inputs = { ...news };
      if ("value" in news) inputs.checked = hasUnknown(news.value) ? UNKNOWN : `checked ${JSON.stringify(news.value)}`;
      return { inputs, failures: direction.failures ?? [] };
    },
    async diff(id, olds, news) {
      const call = { verb: "diff", name: olds.name, id, olds, news };
      log(call);
      const direction = directed(olds.name, "diff");
      await obey(direction, call, news);
      const keys = new Set([...Object.keys(olds), ...Object.keys(news)].filter((key) => !OUTPUTS.includes(key)));
      const changed = [...keys].filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
      const replaces = changed.filter((key) => (direction.replaceOn ?? []).includes(key));
      return { changes: changed.length > 0, replaces, ...direction.answers };
    },
    async create(inputs) {
      const id = `${inputs.name}#${creates(inputs.name) + 1}`;
      const call = { verb: "create", name: inputs.name, id, news: inputs };
      log(call);
      const direction = directed(inputs.name, "create");
      await obey(direction, call, inputs);
      if (direction.waits) log({ ...call, verb: "create ends" });
      return { id: direction.id ?? id, outs: outs({ ...inputs, remote: `remote of ${id}` }, direction) };
    },
    async read(id, props) {
      const call = { verb: "read", name: props.name ?? id, id, olds: props };
      log(call);
      const direction = directed(call.name, "read");
      await obey(direction, call, props);
      if (direction.gone) return {};
      const found = { ...props, ...direction.finds };
      const inputs = Object.fromEntries(Object.entries(found).filter(([key]) => !OUTPUTS.includes(key)));
      if (direction.omits) inputs[direction.omits] = undefined;
      return direction.withoutInputs ? { id, props: found } : { id, props: found, inputs };
    },
    async update(id, olds, news) {
      const call = { verb: "update", name: news.name, id, olds, news };
      log(call);
      const direction = directed(news.name, "update");
      await obey(direction, call, news);
      if (direction.answersNothing) return undefined;
      return { outs: outs({ ...news, remote: olds.remote }, direction) };
    },
    async delete(id, props) {
      const call = { verb: "delete", name: props.name, id, olds: props, declared: [...declared].sort() };
      log(call);
      await obey(directed(props.name, "delete"), call, props);
    },
  };
};

function outs(properties, { omits }) {
  return omits ? { ...properties, [omits]: undefined } : properties;
}

/** Ids tell which of several creates of one name made a resource, over all runs. */
function creates(name) {
  return calls().filter((call) => call.verb === "create" && call.name === name).length;
}

function calls() {
  if (!existsSync("calls.jsonl")) return [];
  return readFileSync("calls.jsonl", "utf8").trim().split("\n").map(JSON.parse);
}

/** Until the test says "go" by a file, but half a minute at most: a killed test must not leave this process behind. */
async function go() {
  for (let round = 0; round < 600 && !existsSync("go"); round++) await new Promise((done) => setTimeout(done, 50));
}

/** As the package throws: the message stands where the stack would. */
function thrown(message) {
  return Object.assign(new Error(message), { stack: message });
}

/** "Created, but not initialised". */
function half({ message, withoutProvider }, id, inputs) {
  const properties = { ...inputs, remote: `half of ${id}` };
  if (withoutProvider) delete properties.__provider;
  return Object.assign(thrown(message), { id, properties, reasons: [message] });
}

function hasUnknown(value) {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

function readConfig(config) {
  const keys = ["cloudflare:apiToken", "cloudflare:object", "plain", "e2e:plain", "pulumi-nodejs:own", "other:key"];
  return Object.fromEntries(keys.flatMap((key) => (config.get(key) === undefined ? [] : [[key, config.get(key)]])));
}
