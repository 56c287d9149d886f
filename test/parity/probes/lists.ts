import type { Ground } from "../ground";
import type { Probe } from "../probe";
import { told } from "../told";
import type { Observed } from "../told";

const aCa = async (ground: Ground, name: string) => ground.ca((await ground.authority(name)).pem);

export const lists: readonly Probe[] = [
  {
    claim: "hostnames of another zone, wildcards, Unicode, ports",
    async observe(ground) {
      const ca = await aCa(ground, "hostnames");
      const hostname = ground.hostname();
      const names: Readonly<Record<string, string>> = {
        "of another zone": `parity-${ground.head.mark}.example.net`,
        wildcard: `*.${hostname}`,
        Unicode: `ü.${hostname}`,
        port: `${hostname}:443`,
        "final dot": `${hostname}.`,
        "a label of 64": `${"a".repeat(64)}.${hostname}`,
        empty: "",
      };
      const seen: Record<string, Observed> = {};
      for (const [name, value] of Object.entries(names))
        seen[name] = told(await ground.putList(ca, { hostnames: [value] }), "hostnames");
      return seen;
    },
  },
  {
    claim: "spelling of hostnames",
    async observe(ground) {
      const ca = await aCa(ground, "spelling");
      const hostnames = [ground.hostname("-c"), ground.hostname("-B").toUpperCase(), ground.hostname("-a")];
      const put = await ground.putList(ca, { hostnames: [...hostnames, ground.hostname("-a")] });
      const same = async () => Array.isArray((await ground.list(ca)).result.hostnames);
      await ground.until("GET showed the list", same);
      return { PUT: told(put, "hostnames"), GET: told(await ground.list(ca), "hostnames") };
    },
  },
  {
    claim: "a list that nobody wrote",
    observe: async (ground) => told(await ground.list(await aCa(ground, "unwritten")), "hostnames"),
  },
  {
    claim: "a PUT without `hostnames`",
    observe: async (ground) => told(await ground.putList(await aCa(ground, "no hostnames"), {}), "hostnames"),
  },
  {
    // A PUT with such an id might be taken for one about the managed CA's list, which isn't the kit's.
    claim: "an id that is null, empty or of a leaf",
    async observe(ground) {
      const { certificate } = await (await ground.authority("above a leaf")).issue(ground.name("leaf"));
      const leaf = String((await ground.upload(certificate, { ca: false })).result.id);
      return {
        "GET, empty": told(await ground.list("")),
        "PUT, of a leaf": told(await ground.putList(leaf, { hostnames: [ground.hostname()] })),
      };
    },
  },
  {
    claim: "an unknown CA id in a list",
    async observe(ground) {
      const id = ground.stray("uuid");
      return {
        GET: told(await ground.list(id)),
        PUT: told(await ground.putList(id, { hostnames: [ground.hostname()] })),
      };
    },
  },
  {
    claim: "GET after PUT",
    async observe(ground) {
      const ca = await aCa(ground, "read back");
      const shows = (count: number) => async () =>
        (((await ground.list(ca)).result.hostnames as readonly string[] | null) ?? []).length === count;
      await ground.putList(ca, { hostnames: [ground.hostname("-read-back")] });
      const isShown = await ground.until("GET showed the hostname", shows(1));
      await ground.putList(ca, { hostnames: [] });
      return { "shows in the end": isShown, "is empty in the end": await ground.until("GET was empty", shows(0)) };
    },
  },
];
