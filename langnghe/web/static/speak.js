// Makes the speak-up form easier where scripts run: three steps, a draft, the voice, the place, what waits for a line.
// Without this script the form is one plain page.
const form = document.getElementById("gui");
const words = document.getElementById("loi").dataset;
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase().split(/\s+/).join(" ");

function make(tag, text = "", look = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (look) made.className = look;
  if (tag === "button") made.type = "button";
  return made;
}

// Three steps
const steps = [...form.querySelectorAll(".step")];
const send = document.getElementById("nut-gui");
const alikeButton = document.getElementById("nut-tuong-tu");
const next = make("button", words.next, "button");
const back = make("button", words.back, "button quiet");
const stepper = make("ol", "", "stepper");
let at = Math.max(0, steps.findIndex((step) => step.querySelector(".error")));

function show(number, isMoved = true) {
  at = number;
  steps.forEach((step, n) => { step.hidden = n !== at; });
  stepper.replaceChildren(...steps.map((step, n) => {
    const item = make("li", "", n < at ? "done" : "");
    item.append(make("span", `${n + 1}. ${step.dataset.step}`));
    if (n === at) {
      item.setAttribute("aria-current", "step");
      item.replaceChildren(make("span", `${words.step.replace("{n}", n + 1).replace("{m}", steps.length)}: ${step.dataset.step}`));
    }
    return item;
  }));
  send.hidden = at < steps.length - 1;
  next.hidden = !send.hidden;
  back.hidden = at === 0;
  if (isMoved) {
    form.scrollIntoView();
    steps[at].querySelector("textarea, input:not([type=hidden]), select").focus({ preventScroll: true });
  }
}

function missing(step) {
  const empty = [...step.querySelectorAll("textarea, input")].find((one) => one.required && !one.value.trim());
  const spoken = empty?.name === "text" && form.elements.attached.files.length;
  if (spoken) empty.value = words.spoken;
  return spoken ? undefined : empty;
}

next.addEventListener("click", () => {
  const empty = missing(steps[at]);
  if (empty) empty.focus();
  else show(at + 1);
});
back.addEventListener("click", () => show(at - 1));
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=checkbox], [type=radio], [type=file])") && at < steps.length - 1) {
    event.preventDefault();
    next.click();
  }
});
form.querySelector(".actions").prepend(back, next);
alikeButton.hidden = true;
const room = form.querySelector(".stepper.early");  // kept for it, so that nothing moves
if (room) room.replaceWith(stepper);
else form.prepend(stepper);
form.classList.add("stepped");
if (document.querySelector("#tuong-tu.panel")) at = Math.max(at, 1);
show(at, false);

// Emergencies, before anything else
const phrases = Object.entries(read("tu-khan-cap"));
const urgent = document.getElementById("khan-cap");
let called = "";

function warn(text) {
  const found = phrases.filter(([, [, signs]]) => signs.some((sign) => new RegExp(`\\b${sign}\\b`).test(text)));
  const numbers = found.map(([number]) => number).join();
  if (numbers === called) return;
  called = numbers;
  urgent.replaceChildren();
  if (!found.length) return;
  const box = make("div", "", "notice warning");
  const calls = make("p", "", "actions");
  for (const [number, [name]] of found) {
    const call = make("a", name, "button big");
    call.href = `tel:${number}`;
    calls.append(call);
  }
  const inside = make("div");
  inside.append(make("p", words.urgent), calls);
  box.append(inside);
  urgent.append(box);
}

// Each voice has a key of its own, also one written on a page that was kept for days without a line
if (!form.elements.text.value && window.crypto?.randomUUID) form.elements.key.value = crypto.randomUUID();

// The draft, kept on this phone only; never of words that have a lawful procedure of their own
const sealed = Object.values(read("tu-niem-phong")).map((pattern) => new RegExp(pattern));
const DRAFT = "nhap";
const KEPT = ["text", "place", "spot", "topic", "concerns", "appearance", "sender", "key"];
const note = make("p", "", "small soft");
const forget = make("button", words.forget, "button quiet");
note.append(`${words.kept} `, forget);
note.hidden = true;
form.append(note);
forget.addEventListener("click", () => {
  localStorage.removeItem(DRAFT);
  form.elements.text.value = form.elements.place.value = form.elements.spot.value = "";
  note.hidden = true;
  show(0);
});

// What was sent closed since stands in no field when the next person presses the Back button
addEventListener("pageshow", () => {
  if (!sessionStorage.getItem("kin")) return;
  sessionStorage.removeItem("kin");
  forget.click();
  for (const field of form.querySelectorAll("input:not([type=hidden]), textarea")) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = field.defaultChecked;
    else field.value = "";
  }
});

function keep() {
  const said = new FormData(form);
  const text = fold(said.get("text"));
  warn(text);
  if (!text || sealed.some((act) => act.test(text))) {
    localStorage.removeItem(DRAFT);
    note.hidden = true;
    return;
  }
  try {
    localStorage.setItem(DRAFT, JSON.stringify(Object.fromEntries(KEPT.map((name) => [name, said.get(name) ?? ""]))));
    note.hidden = false;
  } catch {
    // a browser that keeps nothing: the form works without a draft
  }
}

function fill(kept) {
  for (const [name, value] of Object.entries(kept)) {
    const field = form.elements[name];
    if (!field || value instanceof File) continue;
    if (field.type === "checkbox") field.checked = Boolean(value);
    else if (name !== "attached") field.value = value;
  }
}

if (location.hash === "#cho-gui") localStorage.removeItem(DRAFT); // it waits to be sent
try {
  const kept = JSON.parse(localStorage.getItem(DRAFT) ?? "null");
  if (kept && !form.elements.text.value && !form.querySelector(".error")) {
    fill(Object.fromEntries(Object.entries(kept).filter(([name, value]) => value || name === "text")));
    note.hidden = false;
  }
} catch {
  localStorage.removeItem(DRAFT);
}

// Published cases that may be the same matter
const place = document.getElementById("tuong-tu");
let waiting;
let asked = "";

async function ask() {
  const said = new FormData(form);
  const sent = new URLSearchParams();
  for (const name of ["text", "place", "place_key", "spot", "csrfmiddlewaretoken"]) sent.set(name, said.get(name) ?? "");
  if (sent.get("text").length < 12 || !sent.get("place") || sent.toString() === asked) return;
  asked = sent.toString();
  try {
    const answer = await fetch(place.dataset.href, { method: "POST", body: sent, headers: { "X-Fragment": "1" } });
    if (answer.ok) {
      place.innerHTML = await answer.text();
      place.classList.add("panel", "flow");
    }
  } catch {
    // offline: the form works without it
  }
}

form.addEventListener("input", (event) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { keep(); if (["text", "place", "spot"].includes(event.target.name)) ask(); }, 600);
});
warn(fold(form.elements.text.value));

// A recorded voice, for who would rather speak than write
if (navigator.mediaDevices && window.MediaRecorder) {
  const record = make("button", words.record, "button quiet");
  const state = make("p", "", "small");
  state.setAttribute("role", "status");
  let recorder;
  record.addEventListener("click", async () => {
    if (recorder?.state === "recording") return recorder.stop();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const parts = [];
      recorder = new MediaRecorder(stream, { audioBitsPerSecond: 24000 });
      recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
      recorder.addEventListener("stop", () => {
        stream.getTracks().forEach((track) => track.stop());
        const kind = recorder.mimeType.split(";")[0];
        const files = new DataTransfer();
        for (const file of form.elements.attached.files) files.items.add(file);
        files.items.add(new File(parts, `ghi-am.${kind.includes("mp4") ? "m4a" : kind.split("/")[1]}`, { type: kind }));
        form.elements.attached.files = files.files;
        record.textContent = words.record;
        state.textContent = words.recorded;
      });
      recorder.start();
      setTimeout(() => recorder.state === "recording" && recorder.stop(), 180000);
      record.textContent = words.stop;
      state.textContent = words.recording;
    } catch {
      state.textContent = words.deaf;
    }
  });
  steps[0].append(record, state);
}

// The commune by the phone's place or by a tap on the map; the position never leaves the phone
const where = form.elements.place;
const found = make("div", "", "actions");
found.setAttribute("role", "status");
const choose = (name) => {
  where.value = name;
  where.dispatchEvent(new Event("input", { bubbles: true }));
  found.replaceChildren();
};

async function near(position) {
  const { latitude: lat, longitude: lon } = position.coords;
  const narrow = Math.cos((lat * Math.PI) / 180);
  const communes = await (await fetch("/xa-phuong.json")).json();
  const far = ([, y, x]) => Math.hypot(y - lat, (x - lon) * narrow) * 111;
  const nearest = communes.sort((one, other) => far(one) - far(other)).slice(0, 3);
  if (far(nearest[0]) > 15) return found.replaceChildren(make("p", words.outside));
  found.replaceChildren(make("p", words.near, "small"), ...nearest.map(([name]) => {
    const button = make("button", name, "button quiet");
    button.addEventListener("click", () => choose(name));
    return button;
  }));
}

const help = make("p", "", "actions");
if (navigator.geolocation) {
  const locate = make("button", words.locate, "button quiet");
  const lost = () => found.replaceChildren(make("p", words.lost));
  locate.addEventListener("click", () => navigator.geolocation.getCurrentPosition((position) => near(position).catch(lost), lost, { timeout: 10000 }));
  help.append(locate);
}
const map = make("button", words.map, "button quiet");
map.addEventListener("click", async () => {
  try {
    const answer = await fetch("/gui-phan-anh/ban-do");
    if (!answer.ok) return;
    found.innerHTML = await answer.text();
    found.addEventListener("click", (event) => {
      const commune = event.target.closest("[data-name]");
      if (!commune) return;
      event.preventDefault();
      choose(commune.dataset.name);
    });
  } catch {
    found.replaceChildren(make("p", words.lost));
  }
});
help.append(map);
where.closest(".field").after(help, found);

// What waits on this phone for a line: the service worker keeps it, sends it, and says what became of it
const queue = document.getElementById("cho-gui");

function card(item, worker) {
  const box = make("div", "", `notice ${item.state === "sent" ? "info" : "warning"}`);
  const inside = make("div");
  const drop = () => worker.postMessage({ drop: item.id });
  if (item.state === "sent") {
    const done = make("button", words.seen, "button quiet");
    done.addEventListener("click", drop);
    const code = make("p", "", "secret");
    code.append(...item.receipt.split("-").flatMap((group) => [make("span", group), " "]));
    const told = [item.case, item.body, item.due].filter(Boolean).join(" · ");
    inside.append(make("p", words.sent), code, make("p", told, "small"), done);
  } else if (item.state === "mend") {
    const again = make("button", words.mending, "button quiet");
    again.addEventListener("click", () => { fill(Object.fromEntries(item.said)); drop(); show(0); });
    inside.append(make("p", words.mend), ...item.errors.map((error) => make("p", error)), again);
  } else if (item.state === "procedure") {
    const link = make("a", item.procedure);
    link.href = item.href;
    inside.append(make("p", words.procedure), link);
    drop();
  } else inside.append(make("p", words[item.state]), make("p", item.text, "small soft"));
  box.append(inside);
  return box;
}

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.addEventListener("message", (event) => {
    const waits = event.data.items.some((item) => item.state === "waits");
    queue.hidden = !event.data.items.length;
    queue.replaceChildren(...event.data.items.map((item) => card(item, event.source)));
    if (waits && navigator.onLine) setTimeout(() => event.source.postMessage({ send: true }), 15000);
  });
  navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready).then((ready) => {
    ready.active.postMessage({ send: navigator.onLine });
    addEventListener("online", () => ready.active.postMessage({ send: true }));
  }).catch(() => {});
}
