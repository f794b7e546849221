// Signing out takes the card off this device. Browsers that know Clear-Site-Data do it by themselves; this is for others.
addEventListener("submit", () => {
  indexedDB.deleteDatabase("card");
  globalThis.caches?.keys().then((kept) => kept.filter((one) => one.startsWith("card-")).forEach((one) => caches.delete(one)));
  navigator.serviceWorker?.getRegistrations().then((all) => all.forEach((one) => one.unregister()));
});
