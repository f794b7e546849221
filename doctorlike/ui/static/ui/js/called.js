// After a tap on a phone the way to note the visit comes to the eye: whoever comes back from the call finds it lit.
addEventListener("click", (event) => {
  if (!event.target.closest("a[href^='tel:']")) return;
  const invitation = document.querySelector("[data-after-call]");
  if (!invitation) return;
  invitation.classList.add("lit");
  for (const words of invitation.querySelectorAll("[hidden]")) words.hidden = false;
  invitation.scrollIntoView({ block: "nearest" });
});
