// Keeps static files (their address names their content) and the offline page. Pages with
// anything personal always come from the network, and are never kept.
const VERSION = new URL(self.location.href).searchParams.get("v");
const KEPT = `static-${VERSION}`;
const OFFLINE = "/phone/offline";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.add(OFFLINE)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n !== KEPT).map((n) => caches.delete(n)))),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (address.pathname.startsWith("/static/")) event.respondWith(fromCache(request));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(offline));
});

async function fromCache(request) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

async function offline() {
  const cache = await caches.open(KEPT);
  return (await cache.match(OFFLINE)) ?? Response.error();
}
