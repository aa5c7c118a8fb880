/** When all are in, or the clock has run out: what one's own delegation sealed is opened by this browser, by itself. And what is sealed is sealed again where a key in force is missing. */

import { type Bytes, fromBase64, toBase64 } from "../proof/bytes.js";
import { say } from "../words.js";
import { type ToSign, askToSign, onceOf } from "./handing.js";
import { type Known, Strange, browserKnown, strangeOf } from "./known_keys.js";
import { type KeyStore, browserStore } from "./key_store.js";
import { type Held, checkBrowser, readKeys } from "./own_keys.js";
import { type Signed, commitmentOf, openedDocument, readOpened } from "./position.js";
import { seal, unseal } from "./seal.js";
import { Cannot, NotKnown, Refused, type Talk, talk } from "./talk.js";
import { isDrafting } from "./sheet.js";
import { sentenceOf, tell, tellNext, tellStrange, toldBefore } from "./telling.js";

interface SealedFile {
  readonly sealed: string;
  readonly sealed_to: readonly string[];
}

export interface SealedItem extends SealedFile {
  readonly entry: number;
  readonly key: string;
  readonly commitment: string;
  /** The files in which it was sealed before it was sealed again, the newest first: a colleague's may hold something else. */
  readonly earlier?: readonly SealedFile[];
}

export interface SealedAnswer {
  readonly items: readonly SealedItem[];
  readonly step: string;
}

interface Unsealed {
  readonly position: Signed;
  readonly by: Held;
}

/** The position that a text holds, where it is the one that was committed to; null for anything else. */
async function committedIn(text: string, commitment: string): Promise<Signed | null> {
  try {
    const position = readOpened(text);
    return (await commitmentOf(position)) === commitment ? position : null;
  } catch {
    return null;
  }
}

/** The finding's hash that a position names. */
function findingOf({ signed }: Signed): unknown {
  const text = new TextDecoder().decode(signed);
  return (JSON.parse(text.slice(text.indexOf("\n") + 1)) as { finding_sha256?: unknown }).finding_sha256;
}

/** The position in what was sealed, by the first of one's keys and of the files that have it; null where no key opens any. finding: the hash of what the page shows, "" where it does not say. Throws Cannot where it is not what was committed to, or is on another finding. */
export async function openItem(code: string, item: SealedItem, held: readonly Held[], finding = ""): Promise<Unsealed | null> {
  let isOther = false;
  for (const { sealed } of [item, ...(item.earlier ?? [])])
    for (const by of held) {
      const text = await unseal(fromBase64(sealed) as Bytes, by.pair.opening);
      if (text === null) continue;
      isOther = true;
      const position = await committedIn(text, item.commitment);
      if (!position) break;
      if (finding && findingOf(position) !== finding) throw new Cannot(say("review_other_finding", { code }));
      return { position, by };
    }
  if (isOther) throw new Cannot(say("review_sealed_other", { code }));
  return null;
}

/** Opens what one's own delegation sealed in a case that is to be opened, each as far as it can; what to say of it, "" where there is nothing to open. */
export async function openCase(code: string, to: Talk, held: readonly Held[], finding = ""): Promise<{ sentence: string; opened: number }> {
  const found = await to.get<SealedAnswer>(`/review/${code}/sealed`);
  if (!["opening", "open"].includes(found.step) || found.items.length === 0) return { sentence: "", opened: 0 };
  const left: string[] = [];
  let opened = 0;
  let isOpenedSince = false;
  for (const item of found.items) {
    try {
      const unsealed = await openItem(code, item, held, finding);
      if (!unsealed) {
        left.push(say("review_cannot_open", { code, codes: codesOf(item).join(", ") }));
        continue;
      }
      await to.post(`/review/${code}/open`, { opened: openedDocument(unsealed.position) }, await onceOf(["open", item.commitment]));
      opened += 1;
    } catch (fault) {
      if (!(fault instanceof Cannot)) throw fault;
      const mayBeOpened = fault instanceof Refused || fault instanceof NotKnown;
      if (mayBeOpened && (await isGone(code, item, to))) isOpenedSince = true;
      else left.push(fault.message);
    }
  }
  const first = opened > 0 ? [say("review_opened", { code })] : isOpenedSince ? [say("review_opened_since", { code })] : [];
  return { sentence: [...first, ...new Set(left)].join(" "), opened };
}

/** The keys that open one of the files in which it was sealed. */
function codesOf(item: SealedItem): string[] {
  return [...new Set([item, ...(item.earlier ?? [])].flatMap((file) => file.sealed_to))];
}

/** Whether it lies sealed no more: opened by somebody of the delegation meanwhile, or by this browser, which was told nothing of it. */
async function isGone(code: string, item: SealedItem, to: Talk): Promise<boolean> {
  try {
    const now = await to.get<SealedAnswer>(`/review/${code}/sealed`);
    return !now.items.some((one) => one.commitment === item.commitment);
  } catch {
    return false;
  }
}

/** Seals again what lies sealed, where a key in force now is missing; how many were. Nobody is asked, so it is done to keys alone that the officer knows: own ones, and those to which this browser sealed before. Throws Strange for others. */
export async function sealAgain(code: string, to: Talk, held: readonly Held[], known: Known = browserKnown): Promise<number> {
  const found = await to.get<SealedAnswer>(`/review/${code}/sealed`);
  if (found.step !== "blind" || found.items.length === 0) return 0;
  let about: ToSign;
  try {
    about = await askToSign([code], to);
  } catch {
    return 0; // whose keys are in force is not told: nothing is to be sealed to anybody
  }
  const strange = strangeOf(about.sealed_to, held, known);
  const codes = about.sealed_to.map((one) => one.code);
  let count = 0;
  for (const item of found.items) {
    if (codes.every((one) => item.sealed_to.includes(one))) continue;
    const unsealed = await openItem(code, item, held.filter((key) => key.state === "in_force"));
    if (!unsealed) continue;
    if (strange.length > 0) throw new Strange(say("review_new_keys_again", { codes: strange.map((one) => one.code).join(", ") }), strange);
    const sealed = await seal(openedDocument(unsealed.position, { padded: true }), about.sealed_to.map((one) => one.opens));
    const body = { commitment: item.commitment, sealed: toBase64(sealed), sealed_to: codes, key: unsealed.by.code };
    await to.post(`/review/${code}/reseal`, body, await onceOf(["reseal", item.commitment, ...codes]));
    count += 1;
  }
  return count;
}

function casesAt(step: string): HTMLElement[] {
  const all = [...document.querySelectorAll<HTMLElement>(`[data-review-case][data-step="${step}"]`)];
  return all.filter((one, at) => all.findIndex((other) => other.dataset["reviewCase"] === one.dataset["reviewCase"]) === at);
}

const codeOf = (part: HTMLElement): string => part.dataset["reviewCase"] ?? "";

async function work(store: KeyStore): Promise<void> {
  const [toOpen, blind] = [
    [...casesAt("opening"), ...casesAt("open").filter((one) => one.localName !== "li" || one.dataset["own"] === "not_opened")],
    casesAt("blind").filter((one) => one.localName !== "li" || one.dataset["own"] === "sealed"),
  ];
  if (toOpen.length + blind.length === 0) return;
  await checkBrowser();
  const { held } = await readKeys(talk, store);
  const said: string[] = [];
  let strange: Strange | null = null;
  let opened = 0;
  for (const part of toOpen) {
    try {
      const done = await openCase(codeOf(part), talk, held, part.dataset["findingSha256"] ?? "");
      opened += done.opened;
      if (done.sentence) said.push(done.sentence);
    } catch (fault) {
      said.push(sentenceOf(fault));
    }
  }
  if (held.length > 0)
    for (const part of blind) {
      try {
        if ((await sealAgain(codeOf(part), talk, held)) > 0) said.push(say("review_sealed_again", { code: codeOf(part) }));
      } catch (fault) {
        if (fault instanceof Strange) strange = fault;
        else said.push(sentenceOf(fault));
      }
    }
  if (strange && opened === 0) {
    const { message, keys } = strange;
    tellStrange([toldBefore(), ...said, message].filter(Boolean).join(" "), keys, "review_keys_are_ours", () => void begin());
    return;
  }
  if (said.length === 0) return;
  const sentence = [toldBefore(), ...said].filter(Boolean).join(" "); // what was just signed is not talked over
  if (opened > 0 && !isDrafting()) {
    tellNext(sentence);
    location.reload();
  } else tell(sentence);
}

/** One tab opens; the others show what came of it when they are loaded again. */
export async function begin(): Promise<void> {
  try {
    if (!navigator.locks) return;
    await navigator.locks.request("trucewatch-review opening", { ifAvailable: true }, async (lock) => {
      if (lock) await work(browserStore);
    });
  } catch (fault) {
    tell(sentenceOf(fault));
  }
}
