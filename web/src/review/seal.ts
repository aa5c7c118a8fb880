/** Sealing with age (age-encryption.org/v1) to public keys, and opening with a key that the browser does not give out. */

import { Decrypter, Encrypter } from "age-encryption";
import type { Bytes } from "../proof/bytes.js";

/** A text, sealed to all of these `age1…` keys. Throws for none, and for what is no key. */
export async function seal(text: string, recipients: readonly string[]): Promise<Bytes> {
  if (recipients.length === 0) throw new RangeError("sealed to nobody");
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return (await encrypter.encrypt(text)) as Bytes;
}

/** What was sealed; null where it was not sealed to this key, or is no such file. */
export async function unseal(sealed: Bytes, key: CryptoKey): Promise<string | null> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(key);
  try {
    return await decrypter.decrypt(sealed, "text");
  } catch {
    return null;
  }
}
