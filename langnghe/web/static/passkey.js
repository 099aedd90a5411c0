// Passkeys: the one thing of the desk that no browser does without a script. The forms show where it can.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function read({ publicKey }) {
  const each = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) options.excludeCredentials = each(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = each(options.allowCredentials);
  return { publicKey: options };
}

function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = text(credential.response[name]);
  const { id, type } = credential;
  return JSON.stringify({ id, type, rawId: text(credential.rawId), response, clientExtensionResults: credential.getClientExtensionResults() });
}

async function ask(form) {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  const credential = await navigator.credentials[form.dataset.passkey](read(await answer.json()));
  form.elements.credential.value = written(credential);
  form.submit();
}

if (window.PublicKeyCredential)
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const said = form.querySelector("[role=alert]");
      said.textContent = "";
      ask(form).catch(() => { said.textContent = said.dataset.problem; });
    });
  }
