// Passkey ceremonies: <form data-passkey="get|create" data-options="/…"> asks the server for
// options (with what the form holds), lets the browser do the ceremony, and posts the answer.
for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form);
  });
}

async function run(form) {
  const button = form.querySelector("button[type=submit]");
  if (form.dataset.running) return;
  form.dataset.running = "yes";
  button.setAttribute("aria-busy", "true");
  say(form, "");
  try {
    const options = await optionsFor(form);
    if (options) {
      form.elements.credential.value = JSON.stringify(await ceremony(form.dataset.passkey, options));
      form.submit();
      return;
    }
  } catch (error) {
    say(form, words(form, error));
  }
  delete form.dataset.running;
  button.removeAttribute("aria-busy");
}

async function optionsFor(form) {
  if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) throw new Error("unsupported");
  const answer = await fetch(form.dataset.options, {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams(new FormData(form)),
  });
  const body = await answer.json();
  if (body.location) {
    location.assign(body.location);
    return null;
  }
  if (!answer.ok) throw new Error(body.error);
  return body.publicKey;
}

async function ceremony(kind, options) {
  const credential =
    kind === "create"
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
        });
  return credential.toJSON();
}

function words(form, error) {
  if (error.message === "unsupported") return form.dataset.unsupported;
  if (error.message === "code_unanswered") return form.dataset.unanswered ?? form.dataset.failed;
  if (error.name === "NotAllowedError") return form.dataset.cancelled;
  return form.dataset.failed;
}

function say(form, message) {
  const place = form.querySelector("[data-message]");
  place.textContent = message;
  place.hidden = !message;
}
