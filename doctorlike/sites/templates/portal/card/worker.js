// Shows the digital card where there is no network. Serves pages below {{ scope|escapejs }} and their parts, nothing else.
const CACHE = "card-{{ version }}";
const SHELL = "{{ shell|escapejs }}";
const PARTS = [{% for one in kept %}"{{ one|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const PATIENCE_MS = 6000;

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL, ...PARTS].map((one) => new Request(one, { cache: "reload" })));
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const others = (await caches.keys()).filter((one) => one.startsWith("card-") && one !== CACHE);
  await Promise.all(others.map((one) => caches.delete(one)));
  await self.clients.claim();
})()));

const forget = () => new Promise((done) => {
  const asked = indexedDB.deleteDatabase("card");
  asked.onsuccess = asked.onerror = asked.onblocked = () => done();
});

const shell = async () => (await caches.open(CACHE)).match(SHELL);

const page = async (request) => {
  let late;
  const patience = new Promise((_, give_up) => { late = setTimeout(give_up, PATIENCE_MS); });
  try {
    const answer = await Promise.race([fetch(request), patience]);
    // A page of the card redirects nowhere but to the sign-in, and is missing for whom it is closed by now.
    if (answer.type === "opaqueredirect" || answer.status === 404) await forget();
    return answer.status > 501 ? await shell() ?? answer : answer;
  } catch {
    return await shell() ?? Response.error();
  } finally {
    clearTimeout(late);
  }
};

const part = async (request) => await (await caches.open(CACHE)).match(request.url) ?? fetch(request);

self.addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (PARTS.includes(address.pathname)) event.respondWith(part(request));
});
