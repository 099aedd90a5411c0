// While somebody writes, show published cases that may be the same matter. Without this script a button does it.
const place = document.getElementById("tuong-tu");
const form = place?.closest("form");
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

form?.addEventListener("input", (event) => {
  if (!["text", "place", "spot"].includes(event.target.name)) return;
  clearTimeout(waiting);
  waiting = setTimeout(ask, 900);
});
