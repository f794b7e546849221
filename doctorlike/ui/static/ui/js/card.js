// The digital card: its code changes by itself, and it is kept on this device to be shown without a network.

const root = document.querySelector("[data-card]");
const { codeAt, keyOf, pictureOf, stepAt } = await import(root.dataset.codeModule);
const { forget, recall, remember } = await import(root.dataset.keepModule);
const part = (name) => root.querySelector(`[data-${name}]`);
const show = (name, shown = true) => { const found = part(name); if (found) found.hidden = !shown; };
const isShell = "shell" in root.dataset;
const RENEW_MS = 60_000;
const TRY_MS = 10_000, PATIENCE_MS = 5_000;
let card, drawn, renewed = 0;

const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

const draw = async () => {
  if (!card) return;
  const now = Date.now(), step = stepAt(now, card.stepSeconds);
  if (step !== drawn) {
    const code = await codeAt(card.key, now, card);
    part("code").textContent = `${code.slice(0, 4)} ${code.slice(4)}`;
    part("qr").src = pictureOf(card.qr, code);
    drawn = step;
  }
  const passed = Math.floor(now / 1000) - step * card.stepSeconds;
  part("left").textContent = part("left").dataset.words.replace("{left}", minutes(card.stepSeconds - passed));
  part("passed").max = card.stepSeconds;
  part("passed").value = passed;
};

const take = (cards, page) => {
  card = cards.find((one) => one.page === page) ?? (isShell ? cards[0] : undefined);
  drawn = undefined;
  if (card) show("passed");
  return draw();
};

// The card itself, where no server draws it.
const fill = () => {
  for (const place of root.querySelectorAll("[data-fact]")) place.textContent = card.face[place.dataset.fact];
  if (card.face.chip) part('fact="status"').classList.add(card.face.chip);
  const day = new Date(), today = [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((one) => String(one).padStart(2, "0")).join("-");
  show("over", today > card.face.last_on);
  show("code-block", today <= card.face.last_on);
  const when = new Date(card.asOf).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  part("as-of").textContent = part("as-of").dataset.words.replace("{when}", when);
  show("pass");
};

const people = (cards) => {
  const places = document.querySelector("[data-people]");
  places.replaceChildren(...cards.map((one) => {
    const link = document.createElement("a");
    link.href = one.page;
    link.textContent = one.face.person;
    if (one === card) link.setAttribute("aria-current", "true");
    return link;
  }));
  places.hidden = cards.length < 2;
};

const gone = async () => {
  card = undefined;
  await forget();
  show("pass", false);
  show("saved", false);
  show("gone");
};

const renew = async () => {
  renewed = Date.now();
  const headers = { "X-CSRFToken": root.querySelector("[name=csrfmiddlewaretoken]").value };
  const answer = await fetch(root.dataset.keep, { method: "POST", headers, redirect: "manual" });
  if (answer.type === "opaqueredirect" || answer.status === 404) return gone();
  if (!answer.ok) return;
  await remember(await answer.json(), keyOf);
  await take(await recall(), root.dataset.page);
  if (!card) return gone();
  show("without-script", false);
  show("saved");
};

// Without a network the card of before goes on; a browser that keeps nothing still has the code the server drew.
const tryToRenew = () => renew().catch(() => {});

if (isShell) {
  const cards = await recall().catch(() => []);
  await take(cards, location.pathname);
  if (card) { fill(); people(cards); } else show("none");
  // A network that is back may still reach nobody for a while, and a slow one never says that it is quick again.
  const tryToLeave = async () => {
    if (!navigator.onLine || document.hidden) return;
    const asked = { method: "HEAD", redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) };
    const answer = await fetch(location.href, asked).catch(() => undefined);
    // As the worker judges: a server that is down would bring this very page again.
    if (answer && answer.status < 502) location.reload();
  };
  addEventListener("online", tryToLeave);
  setInterval(tryToLeave, TRY_MS);
} else {
  navigator.serviceWorker?.register(root.dataset.worker, { scope: root.dataset.scope, updateViaCache: "none" })
    .catch(() => {});
  await tryToRenew();
  addEventListener("online", tryToRenew);
  addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - renewed > RENEW_MS) tryToRenew();
  });
}
setInterval(draw, 1000);
