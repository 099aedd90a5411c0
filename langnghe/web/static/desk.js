// Keys on the desk, and news of arrivals; every action works without this file.
const KEYS = "langnghe-keys";
const LISTED = "langnghe-listed";
const box = document.getElementById("phim");
const isOn = () => localStorage.getItem(KEYS) !== "off";

if (box) {
  box.checked = isOn();
  box.addEventListener("change", () => localStorage.setItem(KEYS, box.checked ? "on" : "off"));
}

const listed = () => [...document.querySelectorAll("table.queue tbody tr")];
let rows = listed();
let at = -1;

// The row in which the focus is, else the one that was last stepped to.
function current() {
  const focused = rows.indexOf(document.activeElement.closest("tr"));
  if (focused >= 0) at = focused;
  return rows[at];
}

function step(by) {
  if (!rows.length) return;
  current();
  at = Math.min(Math.max(at + by, 0), rows.length - 1);
  rows[at].querySelector("a.what").focus();
}

// A move has its form on the page of the case, which puts the focus into it.
function enter(verb) {
  const link = current()?.querySelector("a.what");
  if (link) location.href = verb ? `${link.pathname}?lam=${verb}` : link.href;
}

function show(verb) {
  const move = document.getElementById(`m-${verb}`);
  if (!move) return;
  if (move.href) return move.click();
  move.scrollIntoView({ block: "nearest" });
  (move.querySelector("textarea, select, input:not([type=hidden]), button") ?? move).focus();
}

const MOVES = { t: "accept", c: "refer", s: "draft", g: "assign", m: "ask_part" };
const keys = (act) => Object.fromEntries(Object.entries(MOVES).map(([key, verb]) => [key, () => act(verb)]));
const LIST = {
  ...keys(enter),
  j: () => step(1),
  k: () => step(-1),
  o: () => enter(),
  x: () => current()?.querySelector("input[type=checkbox]").click(),
  "/": () => document.getElementById("tim")?.focus(),
};
const CASE = { ...keys(show), u: () => back?.click() };

// The way back from a case leads to the list as it was filtered; words that were sought are kept nowhere.
const list = document.querySelector("[data-list]");
const back = document.querySelector(".crumbs a");
if (list) sessionStorage.setItem(LISTED, list.dataset.list);
else if (back) {
  const from = document.referrer && new URL(document.referrer);
  back.search = from?.pathname === back.pathname && from.search ? from.search : (sessionStorage.getItem(LISTED) ?? "");
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.altKey || event.metaKey || !isOn()) return;
  const act = (rows.length || document.getElementById("tim") ? LIST : CASE)[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

const news = document.getElementById("moi-den");
// Show the list as it is now, unless something in it is marked, or somebody is at it with the keyboard.
async function swap() {
  const table = document.querySelector("table.queue");
  if (!table || table.querySelector(":checked") || table.contains(document.activeElement)) return false;
  const answer = await fetch(location.href).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of ["nav.tabs", "table.queue"]) {
    const fresh = page && page.querySelector(part);
    if (!fresh) return false;
    document.querySelector(part).replaceWith(fresh);
  }
  rows = listed();
  at = -1;
  return true;
}

if (news) {
  let known = null;
  let last = "";
  const ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(`${news.dataset.href}?tu=${last}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const now = await answer.json();
    last = now.last;
    if (known && now.came.some((one) => !known.has(one))) {
      if (await swap()) news.textContent = news.dataset.words;
      else {
        const link = document.createElement("a");
        link.href = location.href;
        link.textContent = `${news.dataset.words}. ${news.dataset.load}`;
        news.replaceChildren(link);
        return;
      }
    }
    known = new Set(now.came);
  };
  ask();
  setInterval(ask, 30_000);
}

const beside = document.getElementById("ben-canh");
if (beside?.dataset.href) {
  const answer = await fetch(beside.dataset.href).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    beside.replaceWith(page.getElementById("ben-canh"));
  }
}
