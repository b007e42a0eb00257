"use strict";
// Every form with data-options asks the server what to ask the browser for, lets the browser make a passkey or
// sign with one, puts the answer into the form, and sends it as any form is sent.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function answer(form) {
  const asked = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!asked.ok) throw new Error("refused");
  const { ticket, publicKey } = await asked.json();
  publicKey.challenge = bytes(publicKey.challenge);
  for (const each of publicKey.excludeCredentials || []) each.id = bytes(each.id);
  if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
  const made = await navigator.credentials[publicKey.user ? "create" : "get"]({ publicKey });
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (made.response[name]) response[name] = text(made.response[name]);
  form.elements.ticket.value = ticket;
  form.elements.credential.value = JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
}

for (const form of document.querySelectorAll("form[data-options]"))
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = form.querySelector("[role=status]");
    told.textContent = form.dataset.waiting;
    try {
      await answer(form);
      form.submit();
    } catch {
      told.textContent = form.dataset.failed;
    }
  });

for (const button of document.querySelectorAll("button[data-print]"))
  button.addEventListener("click", () => window.print());
