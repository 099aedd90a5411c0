// Checks a .tlog-proof file on the reader's own device; asks no server. Runs behind vendor/noble/ed25519.js in one script.
// Formats: C2SP tlog-proof, signed-note, tlog-checkpoint; hashes: RFC 6962 sections 2.1 and 2.1.1.
{
  const utf8 = new TextEncoder();
  const bytes = (base64) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const base64 = (array) => btoa(String.fromCharCode(...array));
  const hex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const joined = (...arrays) => Uint8Array.from(arrays.flatMap((array) => [...array]));
  const equal = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);
  const sha256 = async (...arrays) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...arrays)));

  function parsed(text) {
    const [head, ...rest] = text.replace(/\r/g, "").split("\n\n");
    const lines = head.split("\n");
    if (!lines.shift().startsWith("c2sp.org/tlog-proof@v1")) throw new Error("not-proof");
    const extra = lines[0]?.startsWith("extra ") ? bytes(lines.shift().slice(6)) : new Uint8Array();
    const index = /^index (\d+)$/.exec(lines.shift() || "");
    if (!index || rest.length < 2) throw new Error("not-proof");
    const body = rest[0] + "\n";
    const [origin, size, root] = body.split("\n");
    return {
      index: BigInt(index[1]), hashes: lines.map(bytes), extra, body, origin, size: BigInt(size), root: bytes(root),
      signatures: rest[1].split("\n").filter((line) => line.startsWith("\u2014 ")).map(signature),
    };
  }

  function signature(line) {
    const [, name, encoded] = line.split(" ");
    const data = bytes(encoded);
    return { name, id: data.slice(0, 4), value: data.slice(4) };
  }

  // Returns whether the leaf at `index` of `size` leaves leads with the hashes to the root.
  async function isIncluded(leaf, index, size, hashes, root) {
    if (index >= size) return false;
    let [node, last, hash] = [index, size - 1n, leaf];
    for (const sibling of hashes) {
      if (last === 0n) return false;
      const isRight = node % 2n === 1n || node === last;
      hash = isRight ? await sha256([1], sibling, hash) : await sha256([1], hash, sibling);
      while (isRight && node % 2n === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
      [node, last] = [node >> 1n, last >> 1n];
    }
    return last === 0n && equal(hash, root);
  }

  function parsedKey(text) {
    const [, name, id, encoded] = /^(.+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim()) || [];
    if (!encoded) throw new Error("not-key");
    const [type, ...point] = bytes(encoded);
    return { name, id: hex(id), type, point: Uint8Array.from(point) };
  }

  const isOf = (key) => (signature) => signature.name === key.name && equal(signature.id, key.id);

  async function isSigned(proof, key) {
    if (key.type !== 1 || key.name !== proof.origin) return false;
    for (const { value } of proof.signatures.filter(isOf(key)))
      if (await verifyAsync(value, utf8.encode(proof.body), key.point)) return true;
    return false;
  }

  // Returns for each other signature its name and whether it holds; null where no key of the witness is at hand.
  async function cosigned(proof, logKey, keys) {
    const found = [];
    for (const signature of proof.signatures.filter((one) => !isOf(logKey)(one))) {
      const key = keys.find((one) => one.type === 4 && isOf(one)(signature));
      const time = signature.value.slice(0, 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
      const message = utf8.encode(`cosignature/v1\ntime ${time}\n${proof.body}`);
      const holds = key ? await verifyAsync(signature.value.slice(8), message, key.point) : null;
      found.push({ name: signature.name, holds });
    }
    return found;
  }

  // Returns the entry that the proof is about, and whether the file also opens the seal of its private content.
  async function opened(extra) {
    const text = new TextDecoder().decode(extra);
    const said = JSON.parse(text);
    if (!said.entry) return [text, said, null];
    const entry = JSON.parse(said.entry);
    const key = await crypto.subtle.importKey("raw", hex(said.salt), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const ordered = Object.fromEntries(Object.keys(said.private).sort().map((name) => [name, said.private[name]]));
    const seal = await crypto.subtle.sign("HMAC", key, utf8.encode(JSON.stringify(ordered)));
    return [said.entry, entry, base64(new Uint8Array(seal)) === entry.seal];
  }

  async function check(text, keyLine, witnessLines) {
    const [key, proof] = [parsedKey(keyLine), parsed(text)];
    const witnesses = witnessLines.split("\n").filter((line) => line.trim()).map(parsedKey);
    const [raw, entry, isOpen] = await opened(proof.extra);
    const leaf = await sha256([0], utf8.encode(raw));
    return {
      entry, index: proof.index, size: proof.size, witnesses: await cosigned(proof, key, witnesses),
      signed: await isSigned(proof, key),
      included: await isIncluded(leaf, proof.index, proof.size, proof.hashes, proof.root),
      sealed: isOpen,
    };
  }

  const form = document.getElementById("check");
  const words = JSON.parse(document.getElementById("words").textContent);
  const say = (name, text) => { const target = document.getElementById(name); if (target) target.textContent = text; };

  async function show() {
    const file = form.elements.file.files[0];
    if (!file) return;
    document.getElementById("answer").hidden = false;
    try {
      const found = await check(await file.text(), form.elements.key.value, form.elements.witnesses.value);
      const isAnyWrong = found.witnesses.some((one) => one.holds === false);
      const holds = found.signed && found.included && found.sealed !== false && !isAnyWrong;
      say("verdict", holds ? words.holds : words.fails);
      say("signed", found.signed ? words.yes : words.no);
      say("included", found.included ? words.yes : words.no);
      say("sealed", found.sealed === null ? words.closed : found.sealed ? words.yes : words.no);
      say("subject", found.entry.subject);
      say("day", String(found.entry.day).split("-").reverse().join("/"));
      say("place", `${found.index} / ${found.size}`);
      const tell = ({ name, holds }) => `${name}: ${holds === null ? words.unchecked : holds ? words.yes : words.no}`;
      say("witnesses", found.witnesses.map(tell).join("; ") || words.none);
      document.getElementById("answer").className = holds ? "good" : "bad";
    } catch (error) {
      say("verdict", error.message === "not-key" ? words.key : crypto.subtle ? words.unreadable : words.insecure);
      document.getElementById("answer").className = "bad";
      for (const name of ["signed", "included", "sealed", "subject", "day", "place", "witnesses"]) say(name, "–");
    }
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  form.elements.file.addEventListener("change", show);
}
