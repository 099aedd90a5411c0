{% load static %}// Keeps the speak-up page for days without a line, and what was sent then until it is sent in truth.
const SHELF = "lang-nghe-{{ version }}";
const FORM = "{% url "speak" %}";
const LOST = "{% url "offline" %}";
const PAGES = [FORM, LOST, {% for kind in sealed %}"{% url "procedure" kind %}", {% endfor %}];
const FILES = [{% for name in files %}"{% static name %}", {% endfor %}];
const SEALED = {{ patterns|safe }};

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll([...PAGES, ...FILES])).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== SHELF) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === FORM && request.mode === "navigate") event.respondWith(sent(request));
  else if (request.method === "GET" && request.mode === "navigate") event.respondWith(page(request, url.pathname));
  else if (request.method === "GET" && FILES.includes(url.pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});

async function page(request, path) {
  try {
    const answer = await fetch(request);
    if (answer.ok && path === FORM && !new URL(request.url).search) {
      const shelf = await caches.open(SHELF);
      await shelf.put(FORM, answer.clone());
    }
    return answer;
  } catch {
    return (await caches.match(path)) ?? (await caches.match(LOST));
  }
}

async function sent(request) {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    const said = [...(await copy.formData()).entries()];
    const text = String(new Map(said).get("text") ?? "");
    const kind = Object.keys(SEALED).find((one) => new RegExp(SEALED[one]).test(fold(text)));
    if (kind) return Response.redirect(`${FORM}/thu-tuc/${kind}`, 303);
    if (text.trim()) await put({ state: "waits", text: text.slice(0, 200), said });
    self.registration.sync?.register("gui").catch(() => {});
    return Response.redirect(`${FORM}#cho-gui`, 303);
  }
}

function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase().split(/\s+/).join(" ");
}

self.addEventListener("sync", (event) => event.waitUntil(send()));
self.addEventListener("message", (event) => {
  event.waitUntil((async () => {
    if (event.data.drop) await work("readwrite", (store) => store.delete(event.data.drop));
    if (event.data.send) await send();
    await tell();
  })());
});

async function send() {
  await navigator.locks.request("gui", async () => {
    for (const item of await all()) if (item.state === "waits") await deliver(item);
  });
  await tell();
}

async function deliver(item) {
  try {
    const form = await (await fetch(FORM, { cache: "no-store" })).text();
    const body = new FormData();
    for (const [name, value] of item.said) body.append(name, value);
    body.set("csrfmiddlewaretoken", /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(form)[1]);
    const answer = await fetch(FORM, { method: "POST", body, headers: { "X-Queued": "1" } });
    if (![200, 202, 422].includes(answer.status)) return;
    const told = await answer.json();
    if (told.receipt) await put({ id: item.id, state: "sent", ...told });
    else if (told.procedure) await put({ id: item.id, state: "procedure", ...told });
    else await put({ ...item, state: "mend", errors: told.errors });
  } catch {
    // still no line: it stays where it is
  }
}

async function tell() {
  const items = await all();
  for (const client of await self.clients.matchAll()) client.postMessage({ items });
}

function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("lang-nghe", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("cho-gui", { keyPath: "id", autoIncrement: true });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function work(mode, what) {
  const base = await opened();
  return new Promise((done, failed) => {
    const turn = base.transaction("cho-gui", mode);
    const asked = what(turn.objectStore("cho-gui"));
    turn.oncomplete = () => { base.close(); done(asked.result); };
    turn.onerror = () => failed(turn.error);
  });
}

const put = (item) => work("readwrite", (store) => store.put(item));
const all = () => work("readonly", (store) => store.getAll());
