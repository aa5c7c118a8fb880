/** When all are in, or the clock has run out: what one's own delegation sealed is opened by this browser, by itself. And what is sealed is sealed again where a key in force is missing. */

import { make } from "../map/furniture.js";
import { type Bytes, fromBase64, toBase64 } from "../proof/bytes.js";
import { say } from "../words.js";
import { type ToSign, askToSign, onceOf } from "./handing.js";
import { type Known, Strange, browserKnown, keepKnown, strangeOf } from "./known_keys.js";
import { type KeyStore, browserStore } from "./key_store.js";
import { type Held, checkBrowser, readKeys } from "./own_keys.js";
import { type Signed, commitmentOf, openedDocument, readOpened } from "./position.js";
import { seal, unseal } from "./seal.js";
import { Cannot, Refused, type Talk, talk } from "./talk.js";
import { isDrafting } from "./sheet.js";
import { sentenceOf, tell, tellNext, tellWith } from "./telling.js";

export interface SealedItem {
  readonly entry: number;
  readonly key: string;
  readonly commitment: string;
  readonly sealed: string;
  readonly sealed_to: readonly string[];
}

export interface SealedAnswer {
  readonly items: readonly SealedItem[];
  readonly step: string;
}

interface Unsealed {
  readonly position: Signed;
  readonly by: Held;
}

/** The position in what was sealed, by the first of one's keys that opens it; null where none does. Throws Cannot where it is not what was committed to. */
export async function openItem(code: string, item: SealedItem, held: readonly Held[]): Promise<Unsealed | null> {
  const content = fromBase64(item.sealed);
  for (const by of held) {
    const text = await unseal(content as Bytes, by.pair.opening);
    if (text === null) continue;
    let position: Signed;
    try {
      position = readOpened(text);
    } catch {
      throw new Cannot(say("review_sealed_other", { code }));
    }
    if ((await commitmentOf(position)) !== item.commitment) throw new Cannot(say("review_sealed_other", { code }));
    return { position, by };
  }
  return null;
}

/** Opens what one's own delegation sealed in a case that is to be opened; what to say of it, "" where there is nothing to open. */
export async function openCase(code: string, to: Talk, held: readonly Held[]): Promise<{ sentence: string; opened: number }> {
  const found = await to.get<SealedAnswer>(`/review/${code}/sealed`);
  if (found.step !== "opening" || found.items.length === 0) return { sentence: "", opened: 0 };
  let opened = 0;
  for (const item of found.items) {
    const unsealed = await openItem(code, item, held);
    if (!unsealed) return { sentence: say("review_cannot_open", { code, codes: item.sealed_to.join(", ") }), opened };
    try {
      await to.post(`/review/${code}/open`, { opened: openedDocument(unsealed.position) }, await onceOf(["open", item.commitment]));
      opened += 1;
    } catch (fault) {
      if (!(fault instanceof Refused) || (await isGone(code, item, to)) === false) throw fault;
    }
  }
  return { sentence: say("review_opened", { code }), opened };
}

/** Whether somebody else of the delegation opened it meanwhile. */
async function isGone(code: string, item: SealedItem, to: Talk): Promise<boolean> {
  const now = await to.get<SealedAnswer>(`/review/${code}/sealed`);
  return !now.items.some((one) => one.commitment === item.commitment);
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
  const [toOpen, blind] = [casesAt("opening"), casesAt("blind").filter((one) => one.localName !== "li" || one.dataset["own"] === "sealed")];
  if (toOpen.length + blind.length === 0) return;
  await checkBrowser();
  const { held } = await readKeys(talk, store);
  const said: string[] = [];
  let strange: Strange | null = null;
  let opened = 0;
  for (const part of toOpen) {
    try {
      const done = await openCase(codeOf(part), talk, held);
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
    const button = make("button", "", say("review_keys_are_ours"), { type: "button", "data-review-known": "" });
    button.addEventListener("click", () => {
      keepKnown(keys);
      void begin();
    });
    tellWith([...said, message].join(" "), button);
    return;
  }
  if (said.length === 0) return;
  const sentence = said.join(" ");
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
