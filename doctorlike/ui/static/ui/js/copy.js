// A button with data-copy puts its text into the clipboard and says so.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const before = button.textContent;
  button.textContent = button.dataset.copied ?? "✓";
  button.setAttribute("aria-live", "polite");
  setTimeout(() => { button.textContent = before; }, 2000);
});
