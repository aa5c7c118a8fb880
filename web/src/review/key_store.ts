/** The private halves of this browser's keys, in its IndexedDB: of this origin alone, and not to be taken out. */

export interface KeyPair {
  /** The raw Ed25519 public key, base64. */
  readonly signs: string;
  /** The X25519 public key as `age1…`. */
  readonly opens: string;
  readonly signing: CryptoKey;
  readonly opening: CryptoKey;
}

export interface KeyStore {
  all(): Promise<KeyPair[]>;
  put(pair: KeyPair): Promise<void>;
  remove(signs: string): Promise<void>;
}

const NAME = "trucewatch-review";
const TABLE = "keys";

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("not kept"));
  });
}

async function within<Result>(mode: IDBTransactionMode, act: (table: IDBObjectStore) => IDBRequest<Result>): Promise<Result> {
  const opened = indexedDB.open(NAME, 1);
  opened.onupgradeneeded = () => opened.result.createObjectStore(TABLE, { keyPath: "signs" });
  const database = await done(opened);
  try {
    const transaction = database.transaction(TABLE, mode);
    const whole = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("not kept"));
    });
    const [result] = await Promise.all([done(act(transaction.objectStore(TABLE))), whole]);
    return result;
  } finally {
    database.close();
  }
}

/** Throws where the browser keeps nothing for this page. */
export const browserStore: KeyStore = {
  all: () => within("readonly", (table) => table.getAll() as IDBRequest<KeyPair[]>),
  put: async (pair) => void (await within("readwrite", (table) => table.put(pair))),
  remove: async (signs) => void (await within("readwrite", (table) => table.delete(signs))),
};
