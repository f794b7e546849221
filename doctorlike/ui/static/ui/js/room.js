// The talk of a consultation, alive: it is renewed at each event of the room, and what is written or sent goes without
// leaving the page, so that a call goes on. Without scripts the page's own forms and link do the same.
const talk = document.getElementById("talk");
const alarm = document.getElementById("talk-alarm");

// Neither words typed and not yet sent nor a form on its way may be lost to a reload.
const isBusy = () =>
  document.querySelector("form[data-sent]") !== null ||
  [...document.querySelectorAll("main textarea")].some((field) => field.value !== field.defaultValue);

const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

// Only what is new is added: a screen reader says it once, and pictures are not fetched again.
function take(fresh) {
  const [notice, told] = [talk.querySelector("[data-notice]"), talk.querySelector(".chat")];
  const renewed = fresh.querySelector("[data-notice]");
  if (notice.innerHTML.trim() !== renewed.innerHTML.trim()) notice.replaceChildren(...renewed.childNodes);
  const added = [...fresh.querySelectorAll(".chat > li")].filter((one) => !document.getElementById(one.id));
  told.append(...added);
  if (added.length) told.scrollTop = told.scrollHeight;
}

async function renew() {
  const answer = await fetch(talk.dataset.talk, { credentials: "same-origin" });
  if (answer.status === 404) location.reload(); // the room has closed to this reader: its words go from the screen
  if (!answer.ok) return;
  const state = answer.headers.get("X-Room-State");
  take(parsed(await answer.text()));
  if (state === talk.dataset.state) return;
  talk.dataset.state = state;
  document.dispatchEvent(new CustomEvent("room-state", { detail: state }));
  // What stands around the talk is another page once the consultation is over; while it goes on a call must not stop.
  if (state !== "taken" && !isBusy()) location.reload();
  document.querySelectorAll("[data-while]").forEach((part) => { part.hidden = part.dataset.while !== state; });
}

async function send(form) {
  const answer = await fetch(form.action, {
    method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin",
  }).catch(() => null);
  alarm.hidden = answer?.ok ?? false;
  if (answer?.ok) {
    form.reset();
    form.querySelector("[name=sent_key]").value = crypto.randomUUID();
    await renew();
  } else {
    const told = answer?.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    alarm.textContent = told?.error ?? alarm.dataset.unsent;
  }
}

if (talk) {
  const events = new EventSource(`${talk.dataset.events}?after=${talk.dataset.after}`, { withCredentials: true });
  events.addEventListener("room", renew);
  events.addEventListener("signal", (event) =>
    document.dispatchEvent(new CustomEvent("room-signal", { detail: JSON.parse(event.data) })));
  events.addEventListener("error", () => events.readyState === EventSource.CLOSED && renew());
  document.querySelectorAll("form[data-stays]").forEach((form) => form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.disabled) return;
    button.disabled = true;
    await send(form);
    button.disabled = false;
  }));
  document.querySelectorAll("form[data-stays] textarea").forEach((field) => field.addEventListener("keydown", (event) => {
    // Enter sends where a keyboard lies before one; a new line is Shift and Enter.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(hover: hover)").matches) {
      event.preventDefault();
      field.form.requestSubmit();
    }
  }));
  document.querySelectorAll("form[data-stays] input[type=file]").forEach((field) =>
    field.addEventListener("change", () => field.files.length && field.form.requestSubmit()));
  const told = talk.querySelector(".chat");
  told.scrollTop = told.scrollHeight;
}
