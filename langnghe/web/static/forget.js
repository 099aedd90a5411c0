// The words have a lawful procedure of their own: no draft of them stays on the phone.
localStorage.removeItem("nhap");
