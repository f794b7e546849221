// The rotating code of a digital card: TOTP with HMAC-SHA-256 (RFC 6238), and its QR code out of parts that the server
// has made (coverage/cards/qr.py says why that is enough).

export const keyOf = (secret) =>
  crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

export const stepAt = (milliseconds, stepSeconds) => Math.floor(milliseconds / 1000 / stepSeconds);

export const codeAt = async (key, milliseconds, { stepSeconds, digits }) => {
  const moving = new DataView(new ArrayBuffer(8));
  moving.setBigUint64(0, BigInt(stepAt(milliseconds, stepSeconds)));
  const made = new DataView(await crypto.subtle.sign("HMAC", key, moving.buffer));
  const offset = made.getUint8(made.byteLength - 1) & 15;
  return String((made.getUint32(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, "0");
};

const BITS = [8, 4, 2, 1], QUIET = 4;
const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

// Rows of modules, dark ones true.
export const modulesOf = ({ size, base, changes }, code) => {
  const turned = bytes(base);
  [...code].forEach((figure, place) => BITS.forEach((bit, which) => {
    if (figure & bit) bytes(changes[place * BITS.length + which]).forEach((one, at) => { turned[at] ^= one; });
  }));
  const isDark = (at) => Boolean(turned[at >> 3] & (128 >> (at & 7)));
  return Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => isDark(row * size + column)));
};

// Black on white whatever the theme, with the light edge that scanners ask for; a `data:` address.
export const pictureOf = (parts, code) => {
  const path = modulesOf(parts, code)
    .flatMap((row, top) => row.map((dark, left) => (dark ? `M${left} ${top}h1v1h-1z` : ""))).join("");
  const edge = parts.size + 2 * QUIET, from = -QUIET;
  const drawn = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${from} ${from} ${edge} ${edge}">`
    + `<path fill="#fff" d="M${from} ${from}h${edge}v${edge}h-${edge}z"/><path d="${path}"/></svg>`;
  return `data:image/svg+xml;base64,${btoa(drawn)}`;
};
