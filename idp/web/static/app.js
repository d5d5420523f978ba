// The phone app's service worker: it keeps static files and the offline page, nothing else.
const place = document.documentElement.querySelector("meta[name=app-worker]");
if (place && "serviceWorker" in navigator) {
  const address = place.content;
  const exact = (given) => {
    if (given !== address) throw new TypeError("not our worker");
    return given;
  };
  const policy = globalThis.trustedTypes
    ? trustedTypes.createPolicy("app-sw", { createScriptURL: exact })
    : { createScriptURL: exact };
  navigator.serviceWorker.register(policy.createScriptURL(address), { scope: "/phone" }).catch(() => {});
}
