// Black boxes drawn on a photo by finger or mouse; each fills a row of the fields beside it, in per cent.
const photo = document.getElementById("anh");

function rows() {
  return [...document.querySelectorAll(".boxes fieldset")];
}

function fields(row) {
  return [...row.querySelectorAll("input")];
}

function freeRow() {
  const blank = rows().find((row) => fields(row).every((input) => !input.value));
  if (blank) return blank;
  const last = rows().at(-1), more = last.cloneNode(true);
  for (const input of fields(more)) input.value = "";
  last.after(more);
  return more;
}

function place(box, from, to) {
  const area = photo.getBoundingClientRect();
  const share = (value, start, size) => Math.min(100, Math.max(0, (100 * (value - start)) / size));
  const [x1, x2] = [share(from.x, area.left, area.width), share(to.x, area.left, area.width)].sort((a, b) => a - b);
  const [y1, y2] = [share(from.y, area.top, area.height), share(to.y, area.top, area.height)].sort((a, b) => a - b);
  Object.assign(box.style, { left: `${x1}%`, top: `${y1}%`, width: `${x2 - x1}%`, height: `${y2 - y1}%` });
  return [x1, y1, x2 - x1, y2 - y1];
}

if (photo) {
  const help = document.createElement("p");
  help.className = "small soft";
  help.textContent = photo.dataset.help;
  photo.before(help);
  photo.classList.add("drawing");
  photo.querySelector("img").draggable = false;
  const grid = document.querySelector("[name=luoi]");
  if (grid.checked) {
    grid.checked = false;
    photo.querySelector("img").src = photo.querySelector("img").src.replace(/&luoi=1$/, "");
  }
  let box = null, from = null, sides = null;
  photo.addEventListener("pointerdown", (event) => {
    if (event.target.tagName === "I") {
      for (const input of fields(event.target.row)) input.value = "";
      event.target.remove();
      return;
    }
    event.preventDefault();
    photo.setPointerCapture(event.pointerId);
    from = { x: event.clientX, y: event.clientY };
    box = photo.appendChild(document.createElement("i"));
    sides = place(box, from, from);
  });
  photo.addEventListener("pointermove", (event) => {
    if (box) sides = place(box, from, { x: event.clientX, y: event.clientY });
  });
  photo.addEventListener("pointerup", () => {
    if (!box) return;
    if (sides[2] < 0.5 || sides[3] < 0.5) box.remove();
    else {
      box.row = freeRow();
      fields(box.row).forEach((input, at) => { input.value = sides[at].toFixed(1); });
    }
    box = null;
  });
}
