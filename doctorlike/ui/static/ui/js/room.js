// Renews the talk of a consultation whenever the room tells of an event. Without scripts the page's own link does it.
const talk = document.getElementById("talk");

async function renew() {
  const answer = await fetch(talk.dataset.talk, { credentials: "same-origin" });
  if (!answer.ok) return;
  talk.innerHTML = await answer.text();
  const state = answer.headers.get("X-Room-State");
  // What stands around the talk (the composer, the conclusion) is another page once the room changes its state.
  if (talk.dataset.state && state !== talk.dataset.state && !document.querySelector("textarea:focus")) location.reload();
  talk.dataset.state = state;
}

if (talk) {
  const events = new EventSource(`${talk.dataset.events}?after=${talk.dataset.after}`, { withCredentials: true });
  events.addEventListener("room", renew);
}
