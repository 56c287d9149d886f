/** Hostnames between the CAs on whose lists they are and the rules that guard them. */
export interface Diagram {
  readonly cas: readonly Box[];
  readonly hosts: readonly HostBox[];
  readonly rules: readonly Box[];
}

export interface Box {
  readonly lines: readonly string[];
  /** Somebody should look at it. */
  readonly isAlarming?: boolean;
  /** No stack's. */
  readonly isForeign?: boolean;
}

/** Hostnames that stand alike. */
export interface HostBox extends Box {
  /** Places in `cas` and `rules`. */
  readonly cas: readonly number[];
  readonly rules: readonly number[];
}

/** A flowchart as Mermaid writes it: GitHub, GitLab and the Pulumi console's stack README draw it. */
export function mermaid({ cas, hosts, rules }: Diagram): string {
  const node = (name: string, { lines }: Box) => `  ${name}["${lines.map(escaped).join("<br>")}"]`;
  const all = [
    ...cas.map((box, index) => [`ca${index}`, box] as const),
    ...hosts.map((box, index) => [`host${index}`, box] as const),
    ...rules.map((box, index) => [`rule${index}`, box] as const),
  ];
  const marked = (mark: "isAlarming" | "isForeign") => all.flatMap(([name, box]) => (box[mark] ? name : []));
  const style = (name: string, names: readonly string[], css: string) =>
    names.length > 0 ? [`  classDef ${name} ${css}`, `  class ${names.join(",")} ${name}`] : [];
  return [
    "flowchart LR",
    ...all.map(([name, box]) => node(name, box)),
    ...hosts.flatMap((host, index) => [
      ...host.cas.map((ca) => `  ca${ca} --- host${index}`),
      ...host.rules.map((rule) => `  host${index} --- rule${rule}`),
    ]),
    ...style("alarming", marked("isAlarming"), "stroke:#c8443c,stroke-width:3px"),
    ...style("foreign", marked("isForeign"), "stroke-dasharray:5"),
    "",
  ].join("\n");
}

/** The first ones by name, and how many more there are. */
export function some(names: readonly string[], most = 6): string[] {
  return names.length <= most + 1 ? [...names] : [...names.slice(0, most), `and ${names.length - most} more`];
}

function escaped(text: string): string {
  return text.replace(/[#"<>&`]/g, (character) => `#${character.charCodeAt(0)};`);
}
