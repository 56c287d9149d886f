import { caMeant } from "./program";
import type { Component, Program } from "./program";

/** What an edit does, in a few words: the same for every edit of its kind. */
export function changeBetween(before: Program, after: Program): string {
  const names = (program: Program) => program.map(({ name, within }) => `${within ?? ""}/${name}`);
  const [old, now] = [names(before), names(after)];
  const words = new Set<string>();
  if (now.some((name) => !old.includes(name))) words.add(before.length === 0 ? "first program" : "component added");
  if (old.some((name) => !now.includes(name))) words.add("component removed");
  if (isMove(before, after)) words.add("host moved to another component");
  for (const next of after) {
    const earlier = before[old.indexOf(`${next.within ?? ""}/${next.name}`)];
    if (earlier) for (const word of changesOf(before, earlier, after, next)) words.add(word);
  }
  if (words.has("host moved to another component")) for (const one of ["host added", "host removed"]) words.delete(one);
  for (const thing of ["host", "CA", "component"]) exchange(words, thing);
  return [...words].sort().join(", ") || "no change";
}

/** One in, one out. */
function exchange(words: Set<string>, thing: string): void {
  if (!words.has(`${thing} added`) || !words.has(`${thing} removed`)) return;
  words.delete(`${thing} added`);
  words.delete(`${thing} removed`);
  words.add(`${thing} exchanged`);
}

function isMove(before: Program, after: Program): boolean {
  const hosts = (program: Program, name: string) => program.find((one) => one.name === name)?.hosts ?? [];
  const lost = before.flatMap(({ name, hosts: had }) => had.filter((host) => !hosts(after, name).includes(host)));
  return after.some(({ name, hosts: has }) =>
    has.some((host) => lost.includes(host) && !hosts(before, name).includes(host)),
  );
}

function changesOf(before: Program, old: Component, after: Program, next: Component): string[] {
  const [had, has] = [Object.keys(old.cas), Object.keys(next.cas)];
  const ca = (program: Program, { cas }: Component, key: string) => (cas[key] ? caMeant(program, cas[key]) : undefined);
  const swapped = has.filter((key) => had.includes(key) && ca(before, old, key) !== ca(after, next, key));
  const renewal = (key: string) =>
    [ca(before, old, key), ca(after, next, key)].every((name) => name === "one" || name === "renewed");
  return [
    ...(next.hosts.some((host) => !old.hosts.includes(host)) ? ["host added"] : []),
    ...(old.hosts.some((host) => !next.hosts.includes(host)) ? ["host removed"] : []),
    ...(has.some((key) => !had.includes(key)) ? ["CA added"] : []),
    ...(had.some((key) => !has.includes(key)) ? ["CA removed"] : []),
    ...swapped.map((key) => (renewal(key) ? "CA renewed under its key" : "CA swapped under its key")),
    ...(String([old.paths, old.everyHost]) === String([next.paths, next.everyHost]) ? [] : ["paths changed"]),
    ...(old.response === next.response ? [] : ["response changed"]),
    ...(old.action === next.action ? [] : [next.action ? "block became log" : "log became block"]),
    ...(old.mode === next.mode ? [] : ["mode changed"]),
    ...(old.revoked === next.revoked ? [] : [next.revoked ? "one revoked" : "one revoked no more"]),
    ...(old.subjects === next.subjects ? [] : ["subjects changed"]),
  ];
}
