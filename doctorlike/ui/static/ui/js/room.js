// Renews the talk of a consultation whenever the room tells of an event. Without scripts the page's own link does it.
const talk = document.getElementById("talk");

// Neither words typed and not yet sent nor a form on its way may be lost to a reload.
const isBusy = () =>
  document.querySelector("form[data-sent]") !== null ||
  [...document.querySelectorAll("main textarea")].some((field) => field.value !== field.defaultValue);

async function renew() {
  const answer = await fetch(talk.dataset.talk, { credentials: "same-origin" });
  if (answer.status === 404) location.reload(); // the room has closed to this reader: its words go from the screen
  if (!answer.ok) return;
  // What stands around the talk (the composer, the conclusion) is another page once the room changes its state.
  if (answer.headers.get("X-Room-State") !== talk.dataset.state && !isBusy()) {
    location.reload();
    return;
  }
  talk.innerHTML = await answer.text();
}

if (talk) {
  const events = new EventSource(`${talk.dataset.events}?after=${talk.dataset.after}`, { withCredentials: true });
  events.addEventListener("room", renew);
  events.addEventListener("error", () => events.readyState === EventSource.CLOSED && renew());
}
