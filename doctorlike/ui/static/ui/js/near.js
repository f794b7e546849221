// «Рядом со мной»: the device is asked after the tap and never before. Its place goes into the form, rounded, and is posted.
const button = document.querySelector("[data-near]");
const told = document.querySelector("[data-near-told]");
// Some hundred metres: near enough for a clinic, too coarse for a front door.
const rounded = (degrees) => degrees.toFixed(3);

if (button && "geolocation" in navigator) {
  const form = button.form;
  button.hidden = false;
  button.addEventListener("click", () => {
    told.textContent = button.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.lat.value = rounded(coords.latitude);
        form.elements.lon.value = rounded(coords.longitude);
        form.elements.spot.value = "";
        form.elements.near.value = "";
        form.requestSubmit();
      },
      () => { told.textContent = button.dataset.refused; },
      { maximumAge: 300000, timeout: 10000 },
    );
  });
}
