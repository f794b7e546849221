// Passkeys. A form with data-passkey gets the browser's answer into its field `credential` and is sent; where the
// browser has no passkeys, what needs them stays hidden.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

const create = async (asked) => {
  const { publicKey } = asked;
  const made = await navigator.credentials.create({ publicKey: {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    user: { ...publicKey.user, id: bytes(publicKey.user.id) },
    excludeCredentials: known(publicKey.excludeCredentials),
  } });
  return {
    id: made.id, rawId: text(made.rawId), type: made.type,
    clientExtensionResults: made.getClientExtensionResults(),
    response: { clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject) },
  };
};

const prove = async (asked) => {
  const { publicKey } = asked;
  const given = await navigator.credentials.get({ publicKey: {
    ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: known(publicKey.allowCredentials),
  } });
  const { response } = given;
  return {
    id: given.id, rawId: text(given.rawId), type: given.type,
    clientExtensionResults: given.getClientExtensionResults(),
    response: {
      clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData),
      signature: text(response.signature), userHandle: response.userHandle ? text(response.userHandle) : null,
    },
  };
};

const askedBy = async (form) => form.dataset.asked
  ? (await fetch(form.dataset.asked, { headers: { Accept: "application/json" } })).json()
  : JSON.parse(document.getElementById("passkey-asked").textContent);

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.closest("[hidden]")?.removeAttribute("hidden");
    const refused = form.querySelector("[data-passkey-refused]");
    form.addEventListener("submit", async (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      refused.hidden = true;
      try {
        const answer = await (form.dataset.passkey === "create" ? create : prove)(await askedBy(form));
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch {
        // The person closed the question, or the device has no key of this site: they may try again.
        refused.hidden = false;
      }
    });
  }
}
