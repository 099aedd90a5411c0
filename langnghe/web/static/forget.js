// The words have a lawful procedure of their own: no draft of them stays on the phone.
localStorage.removeItem("nhap");
if (document.querySelector(".receipt")) sessionStorage.setItem("kin", "1"); // speak.js empties its form
