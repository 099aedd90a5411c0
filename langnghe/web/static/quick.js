// Sends the clerk's form from the box of words with Ctrl + Enter. Without this script: Tab to any other field, then Enter.
document.getElementById("ghi-loi").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
    event.preventDefault();
    event.currentTarget.requestSubmit();
  }
});
