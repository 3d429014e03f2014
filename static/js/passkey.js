/* Makes and uses passkeys. A form marked data-passkey has a hidden field for the browser's answer; its button is shown only where the browser can. */
"use strict";

(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

  const ask = async (form) => {
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    const answer = await fetch(form.dataset.options, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error("no options");
    return (await answer.json()).publicKey;
  };

  const make = async (options) => {
    const user = { ...options.user, id: toBytes(options.user.id) };
    const publicKey = { ...options, user, challenge: toBytes(options.challenge), excludeCredentials: named(options.excludeCredentials) };
    const made = await navigator.credentials.create({ publicKey });
    return { id: made.id, rawId: made.id, type: made.type, response: {
      clientDataJSON: toText(made.response.clientDataJSON), attestationObject: toText(made.response.attestationObject),
    } };
  };

  const use = async (options) => {
    const publicKey = { ...options, challenge: toBytes(options.challenge), allowCredentials: named(options.allowCredentials) };
    const used = await navigator.credentials.get({ publicKey });
    const { clientDataJSON, authenticatorData, signature, userHandle } = used.response;
    return { id: used.id, rawId: used.id, type: used.type, response: {
      clientDataJSON: toText(clientDataJSON), authenticatorData: toText(authenticatorData), signature: toText(signature),
      ...(userHandle ? { userHandle: toText(userHandle) } : {}),
    } };
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const said = form.querySelector("[data-said]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      said.textContent = "";
      try {
        const answer = await (form.dataset.passkey === "make" ? make : use)(await ask(form));
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch {
        said.textContent = form.dataset.refused;
      }
    });
  });
})();
