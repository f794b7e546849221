// «/» goes to the search from anywhere but a field; Escape leaves it.
const search = document.querySelector("[data-shortcut='/']");

document.addEventListener("keydown", (event) => {
  if (!search || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target === search) search.blur();
  if (event.key !== "/" || event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  search.focus();
  search.select();
});
