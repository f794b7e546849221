// The call of a consultation, from browser to browser (WebRTC). The doctor's makes the offers; signals go by POST and
// come back as events of the room. Without a camera it is a call by voice, without a microphone or a way through the
// network the talk goes on in the chat: by itself, said in words, with a button to try again.
const panel = document.getElementById("call");
const device = crypto.randomUUID();
const DISCONNECTED_MS = 3000, RETRY_MS = 6000, MOST_RETRIES = 5, GATHER_MS = 40, WATCH_MS = 3000;
const LEAST_BITS = 90_000, POOR_LOOKS = 4;

const part = (name) => panel.querySelector(`[data-${name}]`);
const me = panel?.dataset.me;
const own = { stream: null, audio: false, video: false };
let theirs = null, connection = null, call = null, peer = null;
let began = false, elsewhere = false, retries = 0, retryTimer = null, poor = 0, waiting = [], gathered = [];

const say = (word) => {
  const told = panel.querySelector(`[data-word="${word}"]`)?.textContent ?? "";
  const status = part("told");
  if (status.textContent !== told) status.textContent = told;
  panel.dataset.now = word;
};

async function signal(kind, payload = {}) {
  const answer = await fetch(panel.dataset.signal, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
    body: JSON.stringify({ device, kind, payload }),
    keepalive: kind === "bye",
  }).catch(() => null);
  return answer?.ok ?? false;
}

const tracks = (kind) => own.stream?.getTracks().filter((track) => track.kind === kind && track.readyState === "live") ?? [];
const sends = () => ({ audio: own.audio, video: own.video });

function drawOwn() {
  part("mine").srcObject = own.video ? own.stream : null;
  part("mine").hidden = !own.video;
  for (const kind of ["audio", "video"]) {
    const button = part(kind);
    button.setAttribute("aria-pressed", String(own[kind]));
    button.disabled = !tracks(kind).length && own.refused;
  }
  const here = began && !elsewhere;
  part("bar").hidden = !here;
  part("again").hidden = !(began && (elsewhere || panel.dataset.now === "chat" || panel.dataset.now === "lost" || panel.dataset.now === "ended"));
}

function drawTheirs() {
  const stands = connection?.connectionState === "connected";
  part("theirs").classList.toggle("vh", !(stands && theirs?.video));
  if (elsewhere) return say("elsewhere");
  if (!began) return undefined;
  if (!stands) return retries >= MOST_RETRIES ? say("lost") : say(theirs ? (retries ? "returning" : "connecting") : "awaiting");
  if (theirs?.video) return say("video");
  return say(theirs?.audio ? "voice" : "chat");
}

const draw = () => { drawTheirs(); drawOwn(); };

async function takeDevices(wanted = { audio: true, video: true }) {
  const tries = [wanted, { audio: wanted.audio, video: false }].filter((one) => one.audio || one.video);
  own.refused = false;
  for (const constraints of tries) {
    try {
      const asked = { audio: constraints.audio, video: constraints.video && { width: { ideal: 960 }, height: { ideal: 540 } } };
      const stream = await navigator.mediaDevices.getUserMedia(asked);
      own.stream?.getTracks().forEach((track) => track.stop());
      own.stream = stream;
      break;
    } catch { own.refused = true; }
  }
  for (const kind of ["audio", "video"]) {
    own[kind] = tracks(kind).length > 0;
    // A camera that is pulled out, or that the system takes away, ends its track.
    tracks(kind).forEach((track) => track.addEventListener("ended", () => lose(kind)));
  }
  await hand();
}

// What is sent changes without a new agreement between the browsers: the places for sound and picture stay.
async function hand() {
  for (const one of connection?.getTransceivers() ?? []) {
    const kind = one.receiver.track.kind;
    await one.sender.replaceTrack(own[kind] ? tracks(kind)[0] ?? null : null);
  }
  draw();
}

async function set(kind, on) {
  if (on && !tracks(kind).length) await takeDevices({ audio: own.audio || kind === "audio", video: own.video || kind === "video" });
  own[kind] = on && tracks(kind).length > 0;
  await hand();
  if (began && !elsewhere) await signal("media", sends());
}

const lose = (kind) => set(kind, false);

function close() {
  clearTimeout(retryTimer);
  connection?.close();
  connection = call = null;
  waiting = [];
  part("theirs").srcObject = null;
}

function open(id) {
  close();
  call = id;
  connection = new RTCPeerConnection({ iceServers: open.servers, bundlePolicy: "max-bundle" });
  const mine = connection;
  const picture = new MediaStream();
  part("theirs").srcObject = picture;
  mine.addEventListener("track", ({ track }) => { picture.addTrack(track); draw(); });
  mine.addEventListener("icecandidate", ({ candidate }) => {
    if (!candidate) return;
    if (!gathered.length) setTimeout(() => signal("candidates", { call: id, list: gathered.splice(0) }), GATHER_MS);
    gathered.push(candidate);
  });
  mine.addEventListener("connectionstatechange", () => mine === connection && changed());
  mine.addEventListener("iceconnectionstatechange", () => mine === connection && changed());
  return mine;
}

function changed() {
  const state = connection.connectionState, ice = connection.iceConnectionState;
  if (state === "connected" && ice !== "disconnected") {
    clearTimeout(retryTimer);
    retryTimer = null;
    retries = 0;
  } else if (state === "failed" || ice === "failed") retry(0);
  else if (ice === "disconnected") retry(DISCONNECTED_MS);
  draw();
}

// A new way through the network: the doctor's browser offers it, the patient's asks for it.
function retry(after) {
  if (retryTimer) return;
  retryTimer = setTimeout(() => {
    retryTimer = null;
    if (!connection || connection.connectionState === "connected" && connection.iceConnectionState !== "disconnected") return;
    retries += 1;
    draw();
    if (retries > MOST_RETRIES) return;
    if (me === "doctor") connection.restartIce();
    else signal("restart", { call });
    retry(RETRY_MS);
  }, after);
}

async function offer(to) {
  peer = to;
  const id = crypto.randomUUID(), mine = open(id);
  mine.addEventListener("negotiationneeded", async () => {
    if (mine !== connection) return;
    await mine.setLocalDescription();
    await signal("offer", { call: id, to, sdp: mine.localDescription.sdp });
  });
  for (const kind of ["audio", "video"]) {
    mine.addTransceiver(own[kind] ? tracks(kind)[0] : kind, { direction: "sendrecv", streams: own.stream ? [own.stream] : [] });
  }
}

async function answer({ call: id, sdp }) {
  const mine = id === call ? connection : open(id);
  await mine.setRemoteDescription({ type: "offer", sdp });
  mine.getTransceivers().forEach((one) => { one.direction = "sendrecv"; });
  await hand();
  await mine.setLocalDescription();
  await signal("answer", { call: id, sdp: mine.localDescription.sdp });
  await addWaiting();
}

async function addWaiting() {
  for (const one of waiting.splice(0)) await connection?.addIceCandidate(one).catch(() => {});
}

const hears = {
  async hello({ device: from, payload }) {
    theirs = payload;
    if (me === "patient") {
      peer = from;
      await signal("hello", sends());
    } else if (from !== peer || !connection || ["failed", "closed"].includes(connection.connectionState)) await offer(from);
  },
  async offer({ payload }) { if (me === "patient" && payload.to === device) await answer(payload); },
  async answer({ payload }) {
    if (payload.call !== call || connection.signalingState !== "have-local-offer") return;
    await connection.setRemoteDescription({ type: "answer", sdp: payload.sdp });
    await addWaiting();
  },
  async candidates({ payload }) {
    // They may come before the offer they belong to is worked through.
    if (me === "doctor" && payload.call !== call) return;
    waiting.push(...payload.list);
    if (payload.call === call && connection?.remoteDescription) await addWaiting();
  },
  async media({ payload }) { theirs = payload; },
  async restart({ payload }) { if (me === "doctor" && payload.call === call) connection.restartIce(); },
  async bye({ device: from }) {
    if (from !== peer && me === "doctor") return;
    theirs = null;
    peer = null;
    close();
  },
};

// One after the other: an answer must not overtake the offer that is still being worked through.
let order = Promise.resolve();
function heard(told) {
  order = order.then(async () => {
    if (told.from === me) {
      // The same person came into the call at another screen: this one lets go.
      if (told.device !== device && told.kind === "hello" && began && !elsewhere) { elsewhere = true; close(); }
    } else if (began && !elsewhere) await hears[told.kind]?.(told);
    draw();
  }).catch(() => retry(0));
}

// A picture that has not come yet would hold back the page's own end of loading.
const loaded = new Promise((done) => {
  if (document.readyState === "complete") done();
  else addEventListener("load", done, { once: true });
});

async function begin() {
  await loaded;
  began = true;
  elsewhere = false;
  retries = 0;
  panel.hidden = false;
  say("connecting");
  draw();
  const asked = fetch(panel.dataset.ice, { credentials: "same-origin" }).then((answer) => answer.json()).catch(() => ({}));
  if (!own.stream) await takeDevices();
  open.servers = (await asked).servers ?? [];
  if (!own.audio && !own.video) say("chat");
  await signal("hello", sends());
  draw();
}

function end() {
  signal("bye");
  close();
  own.stream?.getTracks().forEach((track) => track.stop());
  own.stream = null;
  own.audio = own.video = began = false;
  say("ended");
  part("mine").hidden = part("bar").hidden = true;
  part("theirs").classList.add("vh");
  part("again").hidden = false;
}

// A picture that the network does not carry is given up before the voice is.
async function watch() {
  if (!own.video || connection?.connectionState !== "connected") return;
  const stats = [...(await connection.getStats()).values()];
  const pair = stats.find((one) => one.type === "candidate-pair" && one.nominated && one.availableOutgoingBitrate);
  poor = pair && pair.availableOutgoingBitrate < LEAST_BITS ? poor + 1 : 0;
  if (poor < POOR_LOOKS) return;
  poor = 0;
  await set("video", false);
}

if (panel) {
  part("audio").addEventListener("click", () => set("audio", !own.audio));
  part("video").addEventListener("click", () => set("video", !own.video));
  part("end").addEventListener("click", end);
  part("again").addEventListener("click", begin);
  part("ready")?.addEventListener("click", async () => {
    panel.hidden = false;
    part("ready").hidden = true;
    await takeDevices();
    say(own.audio || own.video ? "ready" : "chat");
  });
  document.addEventListener("room-signal", ({ detail }) => heard(detail));
  document.addEventListener("room-state", ({ detail }) => {
    if (detail === "taken") begin();
    else if (began) end();
  });
  navigator.mediaDevices?.addEventListener("devicechange", () => drawOwn());
  addEventListener("pagehide", () => began && !elsewhere && signal("bye"));
  setInterval(watch, WATCH_MS);
  panel.hidden = false;
  if (panel.dataset.state === "taken") begin();
}
