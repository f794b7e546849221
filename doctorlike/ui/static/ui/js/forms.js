// A form is sent once, and figures group themselves while they are typed. Nothing here refuses an input.

// A button may stand outside of its form and name it.
const buttons = (form) => [...form.elements].filter((one) => "once" in one.dataset);
addEventListener("submit", (event) => {
  const form = event.target, [button] = buttons(form);
  if (!button) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  (event.submitter ?? button).setAttribute("aria-busy", "true");
});
// Coming back by the browser's «back» shows the kept page: it may be sent again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const one of form.elements) one.removeAttribute("aria-busy");
  }
});

const phone = (digits) => {
  const own = digits.replace(/^[78]/, "").slice(0, 10);
  return ["+7", own.slice(0, 3), [own.slice(3, 6), own.slice(6, 8), own.slice(8)].filter(Boolean).join("-")].filter(Boolean).join(" ");
};
const day = (digits) => [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 8)].filter(Boolean).join(".");
const grouping = { phone: [phone, 11], day: [day, 8] };

for (const input of document.querySelectorAll("input[data-group]")) {
  const [group, most] = grouping[input.dataset.group] ?? [];
  if (!group) continue;
  input.addEventListener("input", (event) => {
    // Only what is typed at the end is grouped: corrections in the middle and pasted foreign numbers stay as they are.
    if (event.inputType?.startsWith("delete") || input.selectionStart !== input.value.length) return;
    const digits = input.value.replace(/\D/g, "");
    const foreign = input.dataset.group === "phone" && !/^(\+?[78]|9)/.test(input.value.trim());
    if (!digits || foreign || digits.length > most) return;
    input.value = group(digits);
  });
}
