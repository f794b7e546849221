// The map beside the list. It shows what the list found and follows it; the list stays the whole truth without it.
/* global L */
const box = document.getElementById("clinic-map");
const status = document.querySelector("[data-map-told]");
const searchHere = document.querySelector("[data-search-here]");
const form = document.getElementById("directory");
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const marks = new Map();

const map = L.map(box, {
  zoomControl: false, attributionControl: Boolean(box.dataset.tiles), maxZoom: 18, minZoom: 2, worldCopyJump: true,
  zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still,
});
L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
// Leaflet writes «m» and «km» whatever the language.
const Scale = L.Control.Scale.extend({
  _updateMetric(most) {
    const metres = this._getRoundNum(most);
    this._updateScale(this._mScale, metres < 1000 ? `${metres} ${box.dataset.metres}` : `${metres / 1000} ${box.dataset.kilometres}`, metres / most);
  },
});
new Scale({ imperial: false }).addTo(map);
if (box.dataset.tiles) {
  map.attributionControl.setPrefix(false);
  const credit = document.createElement("span");
  credit.textContent = box.dataset.credit;
  L.tileLayer(box.dataset.tiles, { attribution: credit.outerHTML, referrerPolicy: "no-referrer" }).addTo(map);
}
box.setAttribute("role", "region");
box.setAttribute("aria-label", box.dataset.name);
map.setView([55.75, 37.62], 4);
const layer = L.layerGroup().addTo(map);
const names = L.layerGroup().addTo(map);

// Where stations and towns are, told by the clinics that name them: what there is of a map without pictures.
function nameMetroAndTowns(points) {
  names.clearLayers();
  if (box.dataset.tiles) return;
  const closely = map.getZoom() > 10;
  const places = new Map();
  for (const point of points) {
    for (const name of closely && point.metro.length ? point.metro : [point.city]) {
      if (!name) continue;
      // A clinic that names one station stands nearer to it than one that names three.
      const weight = closely ? 1 / Math.max(point.metro.length, 1) ** 2 : 1;
      const place = places.get(name) ?? { lat: 0, lon: 0, count: 0 };
      places.set(name, { lat: place.lat + point.at[0] * weight, lon: place.lon + point.at[1] * weight, count: place.count + weight });
    }
  }
  const seen = map.getBounds();
  const shown = [...places]
    .map(([name, place]) => ({ name, count: place.count, at: [place.lat / place.count, place.lon / place.count] }))
    .filter((place) => seen.contains(place.at))
    .sort((one, other) => other.count - one.count)
    .slice(0, 40);
  const taken = [];
  for (const { name, at } of shown) {
    const { x, y } = map.latLngToContainerPoint(at);
    if (taken.some((other) => Math.abs(other.x - x) < 96 && Math.abs(other.y - y) < 26)) continue;
    taken.push({ x, y });
    const label = document.createElement("span");
    label.textContent = name;
    L.marker(at, { icon: L.divIcon({ className: "map-name", html: label, iconSize: null }), interactive: false, keyboard: false }).addTo(names);
  }
}

function popup(point) {
  const told = document.createElement("div");
  const name = document.createElement("b");
  const where = document.createElement("p");
  const link = document.createElement("a");
  name.textContent = point.name;
  where.textContent = point.address;
  link.href = point.url;
  link.textContent = box.dataset.open;
  told.append(name, where, link);
  return told;
}

function light(id, on) {
  marks.get(id)?.getElement()?.classList.toggle("map-point-lit", on);
  if (on) marks.get(id)?.bringToFront();
  document.getElementById(`clinic-${id}`)?.classList.toggle("lit", on);
}

// A few clinics far out must not make one dot of all the others.
function manysCorners(all) {
  const cut = all.length > 20 ? Math.floor(all.length / 14) : 0;
  const within = (axis) => {
    const sorted = all.map((point) => point.at[axis]).sort((one, other) => one - other);
    return [sorted[cut], sorted[sorted.length - 1 - cut]];
  };
  if (!all.length) return [];
  const [south, north] = within(0);
  const [west, east] = within(1);
  return [[south, west], [north, east]];
}

let points = [];

async function show() {
  const found = document.getElementById("found");
  status.textContent = "";
  searchHere.hidden = true;
  let told;
  try {
    const answer = await fetch(found.dataset.points, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    told = await answer.json();
  } catch {
    status.textContent = status.dataset.failed;
    return;
  }
  layer.clearLayers();
  marks.clear();
  points = told.points;
  for (const point of points) {
    const mark = L.circleMarker(point.at, { radius: 8, className: "map-point", bubblingMouseEvents: false });
    mark.bindPopup(() => popup(point), { autoPanPadding: [24, 24] });
    mark.on("mouseover", () => light(point.id, true)).on("mouseout", () => light(point.id, false));
    mark.on("popupopen", () => {
      light(point.id, true);
      document.getElementById(`clinic-${point.id}`)?.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
    });
    mark.on("popupclose", () => light(point.id, false));
    mark.addTo(layer);
    marks.set(point.id, mark);
  }
  // What is searched for near a place is looked at around the place, anything else as a whole.
  const near = told.here ? points.slice(0, 12) : points;
  const corners = told.here ? near.map((point) => point.at) : manysCorners(near);
  if (told.here) {
    L.circleMarker(told.here, { radius: 7, className: "map-here", interactive: false }).bindTooltip(box.dataset.here).addTo(layer);
    corners.push(told.here);
  }
  if (corners.length) map.fitBounds(corners, { padding: [28, 28], maxZoom: 15, animate: false });
  status.textContent = points.length === 0 ? status.dataset.none : told.all ? "" : status.dataset.some;
}

for (const [event, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(event, ({ target }) => {
    const line = target.closest?.("#found .item[id^='clinic-']");
    if (line) light(line.id.slice("clinic-".length), on);
  });
}

map.on("moveend", () => { nameMetroAndTowns(points); });
map.on("dragend", () => { searchHere.hidden = false; });
searchHere.addEventListener("click", () => {
  const centre = map.getCenter().wrap();
  form.elements.lat.value = centre.lat.toFixed(3);
  form.elements.lon.value = centre.lng.toFixed(3);
  form.elements.spot.value = "map";
  form.elements.near.value = "";
  form.requestSubmit();
});
document.addEventListener("htmx:afterSwap", show);
show();
