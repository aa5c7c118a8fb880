/** An agreed wording is signed as the ledger's records are: `trucewatch/signature/1` over the hash that the page shows. */

import { type Bytes, toBase64 } from "../proof/bytes.js";
import { say, withWords } from "../words.js";
import { canonical } from "./canonical.js";
import { signedAt } from "./handing.js";
import { type Held, keyToSign, signWith, verifierOf } from "./own_keys.js";
import { Cannot } from "./talk.js";
import { sentenceOf, tell } from "./telling.js";

/** The signature document over a record, as trucewatch/ledger/signing.py makes it. record: 64 lower-case hex digits. */
export async function signRecord(record: string, key: Held, delegation: string, moment: Date): Promise<string> {
  if (!/^[0-9a-f]{64}$/.test(record)) throw new Cannot(say("review_other_version"));
  const verifier = await verifierOf(key, delegation);
  const name = verifier.slice(0, verifier.indexOf("+"));
  const time = signedAt(moment);
  const message = new TextEncoder().encode(`trucewatch/signature/1\n${name}\n${record}\n${time}\n`) as Bytes;
  const signature = toBase64(await signWith(key.pair, message));
  return canonical({ schema: "trucewatch/signature/1", record, key: verifier, signed_at: time, signature });
}

const signing = new WeakSet<HTMLFormElement>();

async function sign(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const field = form.querySelector<HTMLInputElement>('[name="document"]');
  if (!field || signing.has(form)) return;
  signing.add(form);
  try {
    field.value = await signRecord(form.dataset["recordSha256"] ?? "", await keyToSign(), form.dataset["delegation"] ?? "", new Date());
    form.requestSubmit(submitter);
  } catch (fault) {
    tell(sentenceOf(fault), form);
  } finally {
    signing.delete(form);
  }
}

/** words: awaited before anything is told; a form that is sent before they came is signed all the same. */
export function begin(): void {
  document.addEventListener("submit", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-review-wording-sign]");
    if (!form || form.querySelector<HTMLInputElement>('[name="document"]')?.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    withWords(() => void sign(form, submitter));
  }, true);
}
