import type { Probe } from "../probe";
import { told } from "../told";

export const requests: readonly Probe[] = [
  {
    claim: "an unknown zone",
    async observe(ground) {
      const zone = `/zones/${ground.stray("hex")}`;
      return {
        itself: told(await ground.read(zone)),
        "its rulesets": told(await ground.read(`${zone}/rulesets`)),
        "its client certificates": told(await ground.read(`${zone}/client_certificates`)),
        "a malformed id": told(await ground.read("/zones/nonsense")),
      };
    },
  },
  {
    claim: "`tokens/verify`",
    async observe(ground) {
      return {
        "of users": told(await ground.read("/user/tokens/verify"), "status"),
        "of the account": told(await ground.read(`/accounts/${ground.head.accountId}/tokens/verify`), "status"),
      };
    },
  },
  {
    claim: "rate limit",
    async observe(ground) {
      const { headers } = await ground.read(ground.zone);
      // How many are left is another each time.
      const left = String(headers.ratelimit).replace(/([rt])=\d+/g, "$1=n");
      return { ratelimit: left, "ratelimit-policy": String(headers["ratelimit-policy"]) };
    },
  },
];
