// What is drawn and not yet saved, in the browser's own database: a closed laptop loses nothing.
const NAME = "lacuna-masks";

const answered = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const finished = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });

export class Keep {
  // Opens the database; where the browser allows none, what is returned keeps nothing and says so.
  static async open() {
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("patches", { keyPath: "id" }).createIndex("artwork", "artwork");
        request.result.createObjectStore("squares", { keyPath: ["patch", "key"] });
      };
      return new Keep(await answered(request));
    } catch {
      return new Keep(null);
    }
  }

  constructor(database) {
    this.database = database;
  }

  get works() {
    return this.database !== null;
  }

  // Keeps some squares of a patch: about = {id, artwork, draft, tab, at, …}, squares = [[key, bytes], …].
  async put(about, squares) {
    if (!this.works) return;
    const transaction = this.database.transaction(["patches", "squares"], "readwrite");
    transaction.objectStore("patches").put(about);
    const store = transaction.objectStore("squares");
    for (const [key, bytes] of squares) store.put({ patch: about.id, key, bytes });
    await finished(transaction);
  }

  async drop(id) {
    if (!this.works) return;
    const transaction = this.database.transaction(["patches", "squares"], "readwrite");
    transaction.objectStore("patches").delete(id);
    transaction.objectStore("squares").delete(IDBKeyRange.bound([id], [id, []]));
    await finished(transaction);
  }

  // The patches of an artwork that are still here, the oldest first: [{about, squares: [[key, bytes], …]}].
  async of(artwork) {
    if (!this.works) return [];
    const transaction = this.database.transaction(["patches", "squares"]);
    const patches = await answered(transaction.objectStore("patches").index("artwork").getAll(artwork));
    const store = transaction.objectStore("squares");
    const found = patches.map(async (about) => {
      const rows = await answered(store.getAll(IDBKeyRange.bound([about.id], [about.id, []])));
      return { about, squares: rows.map(({ key, bytes }) => [key, bytes]) };
    });
    return (await Promise.all(found)).sort((one, other) => one.about.at - other.about.at);
  }
}

// A name of this tab that is locked as long as the tab lives, and the names of all tabs that do.
export function nameTab() {
  const tab = identifier();
  navigator.locks?.request(`lacuna-mask-${tab}`, () => new Promise(() => {}));
  return tab;
}

export async function livingTabs() {
  if (!navigator.locks) return new Set();
  const { held } = await navigator.locks.query();
  return new Set(held.map(({ name }) => name.replace("lacuna-mask-", "")));
}

// A random UUID (version 4), also where the page is served without encryption.
export function identifier() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
