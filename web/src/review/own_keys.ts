/** The keys of the person who uses this browser: made here, asked for, entered by the head of the delegation. */

import { identityToRecipient } from "age-encryption";
import { type Bytes, fromBase64, joined, sha256, toBase64, toHex } from "../proof/bytes.js";
import { say, withWords } from "../words.js";
import { type KeyPair, type KeyStore, browserStore } from "./key_store.js";
import { Cannot, NotKnown, type Talk, talk } from "./talk.js";
import { sentenceOf, tell, tellNext } from "./telling.js";

export interface Listed {
  readonly code: string;
  /** The raw Ed25519 public key, base64. */
  readonly signs: string;
  readonly opens: string;
  readonly state: "asked" | "in_force" | "ended";
}

export interface Held extends Listed {
  readonly pair: KeyPair;
}

const ED25519 = { name: "Ed25519" };

/** Throws Cannot with what the person can do where this page or browser cannot use keys. */
export async function checkBrowser(): Promise<void> {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) throw new Cannot(say("review_not_secure"));
  try {
    await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"]);
    await crypto.subtle.generateKey({ name: "X25519" }, false, ["deriveBits"]);
  } catch {
    throw new Cannot(say("review_no_algorithms"));
  }
}

/** A new pair of pairs; the browser does not give their private halves out, to this script neither. */
export async function makeKeys(): Promise<KeyPair> {
  const signing = (await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"])) as CryptoKeyPair;
  const opening = (await crypto.subtle.generateKey({ name: "X25519" }, false, ["deriveBits"])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", signing.publicKey));
  return {
    signs: toBase64(raw), opens: await identityToRecipient(opening.privateKey), signing: signing.privateKey, opening: opening.privateKey,
  };
}

export async function signWith(pair: KeyPair, message: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(ED25519, pair.signing, message));
}

/** What two people compare: the first 16 bytes of the SHA-256 over both public keys, in groups of four signs. */
export async function fingerprintOf(signs: string, opens: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${signs}\n${opens}\n`) as Bytes;
  return toHex((await sha256(bytes)).slice(0, 16)).match(/.{4}/g)!.join(" ");
}

/** The key as it stands under what it signs, `name+id+base64`: the console names it by its delegation and its hash. */
export async function verifierOf({ signs }: Pick<Listed, "signs">, delegation: string): Promise<string> {
  if (!delegation) throw new Cannot(say("review_other_version"));
  const raw = fromBase64(signs);
  const name = `review/${delegation}/${toHex(await sha256(raw)).slice(0, 8)}`;
  const whole = joined(Uint8Array.of(1), raw);
  const id = (await sha256(joined(new TextEncoder().encode(`${name}\n`), whole))).slice(0, 4);
  return `${name}+${toHex(id)}+${toBase64(whole)}`;
}

/** One's keys as the console lists them, and those of them whose private half is in this browser. */
export async function readKeys(to: Talk, store: KeyStore): Promise<{ listed: Listed[]; held: Held[] }> {
  const { keys: listed } = await to.get<{ keys: Listed[] }>("/review/keys/mine");
  let pairs: KeyPair[];
  try {
    pairs = await store.all();
  } catch {
    throw new Cannot(say("review_no_storage"));
  }
  const held = listed.flatMap((key) => {
    const pair = pairs.find((one) => one.signs === key.signs && one.opens === key.opens);
    return pair ? [{ ...key, pair }] : [];
  });
  return { listed, held };
}

/** The key to sign with. Throws Cannot with what the person can do where there is none. */
export async function keyToSign(to: Talk = talk, store: KeyStore = browserStore): Promise<Held> {
  await checkBrowser();
  const { listed, held } = await readKeys(to, store);
  const usable = held.find((key) => key.state === "in_force");
  if (usable) return usable;
  const waiting = held.find((key) => key.state === "asked");
  if (waiting) throw new Cannot(say("review_key_waits", { code: waiting.code, fingerprint: await fingerprintOf(waiting.pair.signs, waiting.opens) }));
  const elsewhere = listed.find((key) => key.state === "in_force" && key.signs);
  if (elsewhere) throw new Cannot(say("review_key_elsewhere", { code: elsewhere.code }));
  throw new Cannot(say("review_no_key"));
}

/** Makes a pair, keeps it, asks for its entry; what to say of it. Throws Cannot; then nothing is kept, unless its entry may have been asked for: NotKnown. */
export async function askForKey(to: Talk = talk, store: KeyStore = browserStore): Promise<string> {
  await checkBrowser();
  const pair = await makeKeys();
  try {
    await store.put(pair);
    if (!(await store.all()).some((one) => one.signs === pair.signs)) throw new Error("not kept");
  } catch {
    throw new Cannot(say("review_no_storage"));
  }
  try {
    const once = toHex(await sha256(fromBase64(pair.signs)));
    const answer = await to.post<{ code: string; fingerprint: string }>("/review/keys/ask", { signs: pair.signs, opens: pair.opens }, once);
    const own = await fingerprintOf(pair.signs, pair.opens);
    if (answer && answer.fingerprint !== own) throw new Cannot(say("review_key_differs", { code: answer.code, fingerprint: own }));
    return say("review_key_made", { code: answer?.code ?? "", fingerprint: own });
  } catch (fault) {
    if (!(fault instanceof NotKnown)) await store.remove(pair.signs);
    throw fault;
  }
}

/** Marks the keys whose private half is here, and says what stands in the way of signing. */
async function markHeld(): Promise<void> {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-review-key]")];
  const button = document.querySelector<HTMLElement>("[data-review-make-key]");
  if (rows.length === 0 && !button) return;
  try {
    await checkBrowser();
    const { held } = await readKeys(talk, browserStore);
    for (const row of rows) {
      const here = held.find((key) => key.code === row.dataset["reviewKey"]);
      if (!here) continue;
      row.dataset["held"] = "yes";
      const [shown, own] = [row.querySelector(".fingerprint")?.textContent?.trim(), await fingerprintOf(here.signs, here.opens)];
      if (shown !== undefined && shown !== own) tell(say("review_key_differs", { code: here.code, fingerprint: own }));
      const note = row.querySelector<HTMLElement>("[data-review-held]");
      if (note) note.textContent = say("review_key_here");
    }
    if (button) button.hidden = false;
  } catch (fault) {
    tell(sentenceOf(fault));
  }
}

export function begin(): void {
  withWords(() => void markHeld());
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-review-make-key]");
    if (!button || button.disabled) return;
    event.preventDefault();
    button.disabled = true;
    withWords(async () => {
      tell(say("review_working"));
      try {
        tellNext(await askForKey());
        location.reload(); // the list of keys has it now
      } catch (fault) {
        button.disabled = false;
        tell(sentenceOf(fault));
      }
    });
    void navigator.storage?.persist?.().catch(() => false);
  });
}
