// Loaded into every process that a test of setup/ starts: what would go to Pulumi's download host goes to a server of the
// test, and nothing else is reached at all.
"use strict";

const realFetch = globalThis.fetch;

globalThis.fetch = (url, options) => {
  const { hostname, pathname } = new URL(url);
  const stand = process.env.TEST_DOWNLOAD_HOST;
  if (hostname !== "get.pulumi.com" || !stand)
    return Promise.reject(new TypeError(`fetch failed: no way to ${hostname}`));
  return realFetch(stand + pathname, options);
};
