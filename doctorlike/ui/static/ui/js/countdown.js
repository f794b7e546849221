// How long something is still kept. The page names the time in words; this only counts beside it.
const shown = document.querySelector("[data-seconds-left]");

if (shown) {
  const ends = performance.now() + Number(shown.dataset.secondsLeft) * 1000;
  const count = () => {
    const left = Math.ceil((ends - performance.now()) / 60000);
    if (left <= 0) {
      location.reload();
      return;
    }
    shown.textContent = shown.dataset.words.replace("{left}", left);
    setTimeout(count, 10000);
  };
  count();
}
