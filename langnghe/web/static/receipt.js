// The receipt on paper and as a picture in the phone; the draft is sent and may go.
localStorage.removeItem("nhap");
const print = document.getElementById("in");
const save = document.getElementById("luu-anh");
print.hidden = save.hidden = false;
print.addEventListener("click", () => window.print());

save.addEventListener("click", async () => {
  await document.fonts.ready;
  const rows = [...document.querySelectorAll(".receipt .facts > div")].map((row) => [...row.children].map((one) => one.innerText));
  const groups = [...document.querySelectorAll(".receipt .secret span")].map((group) => group.innerText);
  const sheet = Object.assign(document.createElement("canvas"), { width: 720, height: 520 + rows.length * 64 });
  const pen = sheet.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.fillStyle = "#201e1a";
  pen.font = '48px "Lang Nghe Head", serif';
  pen.fillText(save.dataset.title, 40, 80);
  pen.font = '600 44px "Lang Nghe Text", sans-serif';
  groups.forEach((group, n) => pen.fillText(group, 40 + (n % 3) * 160, 160 + Math.floor(n / 3) * 64));
  const square = document.querySelector(".receipt .qr");
  if (square) pen.drawImage(square, 500, 110, 180, 180);
  rows.forEach(([name, value], n) => {
    pen.font = '22px "Lang Nghe Text", sans-serif';
    pen.fillText(name, 40, 340 + n * 64);
    pen.font = '600 26px "Lang Nghe Text", sans-serif';
    pen.fillText(value, 40, 370 + n * 64, 640);
  });
  pen.font = '22px "Lang Nghe Text", sans-serif';
  pen.fillText(document.title, 40, sheet.height - 40, 640);
  const link = Object.assign(document.createElement("a"), { download: save.dataset.name, href: sheet.toDataURL("image/png") });
  link.click();
});
