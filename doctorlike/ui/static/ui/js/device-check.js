// Looks at what a call needs: camera, microphone, a way through the network. Nothing is sent or kept.
const page = document.getElementById("check");
const tell = (what, word) => {
  page.querySelector(`[data-result="${what}"]`).textContent = page.querySelector(`[data-word="${word}"]`).textContent;
};

const ask = (wanted) => navigator.mediaDevices?.getUserMedia(wanted).catch(() => null);

async function camera() {
  const stream = await ask({ video: true });
  tell("camera", stream ? "works" : "refused");
  if (stream) page.querySelector("[data-picture]").srcObject = stream;
}

async function microphone() {
  const stream = await ask({ audio: true });
  if (!stream) return tell("microphone", "refused");
  tell("microphone", "speak");
  const sound = new AudioContext(), ear = sound.createAnalyser(), level = page.querySelector("[data-level]");
  sound.createMediaStreamSource(stream).connect(ear);
  const waves = new Uint8Array(ear.fftSize);
  const listen = () => {
    ear.getByteTimeDomainData(waves);
    level.value = Math.min(1, Math.max(...waves.map((wave) => Math.abs(wave - 128))) / 64);
    if (level.value > 0.1) tell("microphone", "works");
    requestAnimationFrame(listen);
  };
  return listen();
}

// Whether the browser finds an address that another one could reach.
function addresses() {
  return new Promise((found) => {
    const connection = new RTCPeerConnection();
    setTimeout(() => found(false), 5000);
    connection.addEventListener("icecandidate", ({ candidate }) => candidate && found(true));
    connection.createDataChannel("check");
    connection.setLocalDescription();
  });
}

async function network() {
  const reached = fetch(`${page.dataset.streams}/healthz`, { mode: "no-cors", cache: "no-store" }).then(() => true, () => false);
  tell("network", (await reached) && (await addresses()) ? "works" : "slow");
}

page?.querySelector("[data-start]").addEventListener("click", () => Promise.all([camera(), microphone(), network()]));
