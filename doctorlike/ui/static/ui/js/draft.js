// Keeps what is typed into a form with `data-draft` on the server a moment after each keystroke. Without scripts the
// form's own button does it.
const form = document.querySelector("form[data-draft]");
const PAUSE_MS = 600, RETRY_MS = 4000;

if (form) {
  const told = form.querySelector("[data-draft-told]");
  let timer = 0, isUnderWay = false, isDirty = false;

  const later = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };
  // Hidden fields are the browser's business, not the doctor's: what they held when it was sent is no change.
  const fields = () => [...form.querySelectorAll("textarea, input:not([type=hidden])")];

  async function save() {
    if (isUnderWay || form.dataset.sent) return;
    isUnderWay = true;
    let pause = PAUSE_MS;
    isDirty = false;
    const sent = fields().map((field) => [field, field.value]);
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const saved = await answer.json();
      form.elements.version.value = saved.version;
      told.textContent = saved.elsewhere ?? saved.told;
      // What is kept is safe: a page that renews itself need not wait for it.
      for (const [field, value] of sent) field.defaultValue = value;
    } catch {
      told.textContent = told.dataset.unsaved;
      isDirty = true;
      pause = RETRY_MS;
    }
    isUnderWay = false;
    if (isDirty) later(pause);
  }

  form.addEventListener("input", () => { isDirty = true; later(PAUSE_MS); });
  // A closing page sends what it still holds.
  addEventListener("pagehide", () => {
    if (isDirty && !form.dataset.sent) navigator.sendBeacon(form.dataset.draft, new FormData(form));
  });
}
