// Words of an opened record leave the screen when nobody has been there for a while, and with the page itself: the Back
// button never shows them again. What was typed stays.
const AWAY = 10 * 60 * 1000;
let last = Date.now();

history.replaceState(null, "", location.href); // the history keeps the address, and no passphrase to send again

function close() {
  for (const each of document.querySelectorAll("[data-opened], .said")) each.remove();
  document.querySelector("[data-locked]").hidden = false;
}

for (const sign of ["keydown", "pointerdown", "pointermove", "scroll"]) {
  addEventListener(sign, () => { last = Date.now(); }, { passive: true });
}
setInterval(() => Date.now() - last > AWAY && close(), 5000);
addEventListener("pagehide", close);
