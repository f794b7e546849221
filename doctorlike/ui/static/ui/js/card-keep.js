// Cards kept on this device: their words sealed with a key that the browser never gives out (AES-GCM), their secrets as
// keys that sign codes and cannot be read either.

const NAME = "card", STORE = "kept", ALL = "all";

const opened = () => new Promise((done, failed) => {
  const asked = indexedDB.open(NAME, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
  asked.onsuccess = () => {
    // Somebody forgets the cards: this page must not hold them back.
    asked.result.onversionchange = () => asked.result.close();
    done(asked.result);
  };
  asked.onerror = () => failed(asked.error);
});

const inStore = async (mode, ask) => {
  const database = await opened();
  try {
    return await new Promise((done, failed) => {
      const deed = database.transaction(STORE, mode), asked = ask(deed.objectStore(STORE));
      deed.oncomplete = () => done(asked.result);
      deed.onabort = deed.onerror = () => failed(deed.error);
    });
  } finally {
    database.close();
  }
};

const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (two) => parseInt(two, 16));

// Keeps these cards and no others.
export const remember = async ({ cards, ...terms }, keyOf) => {
  if (!cards.length) return forget();
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const sealed = await Promise.all(cards.map(async ({ secret, ...words }) => {
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify({ ...words, ...terms }));
    return {
      nonce,
      words: await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, plain),
      key: await keyOf(fromHex(secret)),
    };
  }));
  return inStore("readwrite", (store) => store.put({ key, sealed }, ALL));
};

// The cards of this device, in the order they were given; none when there are none.
export const recall = async () => {
  const kept = await inStore("readonly", (store) => store.get(ALL));
  if (!kept) return [];
  return Promise.all(kept.sealed.map(async ({ nonce, words, key }) => {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, kept.key, words);
    return { ...JSON.parse(new TextDecoder().decode(plain)), key };
  }));
};

export const forget = () => new Promise((done) => {
  const asked = indexedDB.deleteDatabase(NAME);
  asked.onsuccess = asked.onerror = asked.onblocked = () => done();
});
