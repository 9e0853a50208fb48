"use strict";
// Opens the page that is sealed in this file. The key is made from the passphrase (PBKDF2, RFC 8018) and never leaves the browser.
// In a block of its own: the page inside finds no name taken.
{
  const sealed = JSON.parse(document.getElementById("sealed").textContent);
  const status = document.getElementById("status");
  const words = document.getElementById("words");

  const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

  async function opened(passphrase) {
    const material = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
    const derivation = { name: "PBKDF2", hash: "SHA-256", salt: bytes(sealed.salt), iterations: sealed.iterations };
    const key = await crypto.subtle.deriveKey(derivation, material, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(sealed.nonce) }, key, bytes(sealed.data));
    return new TextDecoder().decode(plain);
  }

  document.getElementById("show").addEventListener("change", (event) => {
    words.type = event.target.checked ? "text" : "password";
  });

  document.getElementById("open").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!globalThis.crypto?.subtle) {
      status.textContent = sealed.say.too_old;
      return;
    }
    status.textContent = sealed.say.busy;
    let page;
    try {
      page = await opened(words.value.trim());
    } catch {
      status.textContent = sealed.say.wrong;
      words.focus();
      return;
    }
    // The page takes the place of this one. What it may do was limited above to exactly its own style and script.
    document.open();
    document.write(page);
    document.close();
  });
}
