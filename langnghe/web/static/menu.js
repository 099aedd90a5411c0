// Esc closes the folded menu and gives the focus back to its button; opening it needs no script.
const menu = document.querySelector(".folded");

menu?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
