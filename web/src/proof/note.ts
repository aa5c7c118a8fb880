/** Checkpoints as signed notes (C2SP signed-note, tlog-checkpoint), checked with WebCrypto. */

import { type Bytes, fromBase64, joined, same, sha256, toHex } from "./bytes.js";

const ED25519 = 1;

export interface VerifierKey {
  name: string;
  id: Bytes;
  raw: Bytes;
}

export interface Checkpoint {
  /** What is signed: everything up to and with the newline before the empty line. */
  text: string;
  origin: string;
  size: number;
  root: Bytes;
  signatures: { name: string; id: Bytes; signature: Bytes }[];
}

/** Reads `name+key id+base64` and checks that the id is the key's own. */
export async function readKey(text: string): Promise<VerifierKey> {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim());
  if (!match) throw new Error("the key is not written name+keyid+base64");
  const [, name, id, base64] = match as unknown as [string, string, string, string];
  const whole = fromBase64(base64);
  if (whole.length !== 33 || whole[0] !== ED25519) throw new Error(`the key "${name}" is no Ed25519 key`);
  const own = (await sha256(joined(new TextEncoder().encode(`${name}\n`), whole))).slice(0, 4);
  if (toHex(own) !== id) throw new Error(`the key "${name}" does not match its own id`);
  return { name, id: own, raw: whole.slice(1) };
}

export function readCheckpoint(note: string): Checkpoint {
  const cut = note.indexOf("\n\n");
  if (cut < 0) throw new Error("the checkpoint has no signature");
  const text = note.slice(0, cut + 1);
  const [origin, size, root] = text.split("\n");
  if (!origin || !/^(?:0|[1-9]\d*)$/.test(size ?? "") || !root) throw new Error("the checkpoint does not state origin, size and root");
  const signatures = note.slice(cut + 2).split("\n").filter(Boolean).map((line) => {
    const match = /^\u2014 (\S+) (\S+)$/.exec(line);
    if (!match) throw new Error("a line of the checkpoint is no signature");
    const bytes = fromBase64(match[2]!);
    return { name: match[1]!, id: bytes.slice(0, 4), signature: bytes.slice(4) };
  });
  return { text, origin, size: Number(size), root: fromBase64(root), signatures };
}

/** True or false; null where this browser cannot check Ed25519. */
export async function signedBy(checkpoint: Checkpoint, key: VerifierKey): Promise<boolean | null> {
  const line = checkpoint.signatures.find((one) => one.name === key.name && same(one.id, key.id));
  if (!line) return false;
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
  return crypto.subtle.verify({ name: "Ed25519" }, imported, line.signature, new TextEncoder().encode(checkpoint.text));
}
