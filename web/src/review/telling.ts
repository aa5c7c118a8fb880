/** What the page says of what was done and of what stands in the way, in its status region. */

import { make } from "../map/furniture.js";
import { type Key, say } from "../words.js";
import { NoCharacter } from "./canonical.js";
import { type Recipient, keepKnown } from "./known_keys.js";
import { TooLong } from "./position.js";
import { Cannot } from "./talk.js";

const KEPT = "trucewatch-review-told";

/** The status region of this part of the page, else that of the page. */
function regionOf(near?: Element | null): HTMLElement | null {
  return (
    near?.querySelector<HTMLElement>("[data-review-status]") ?? document.querySelector<HTMLElement>("[data-review-status]") ?? document.getElementById("announce")
  );
}

/** Says a sentence there. */
export function tell(sentence: string, near?: Element | null): void {
  const region = regionOf(near);
  if (!region) return;
  region.hidden = false;
  region.textContent = sentence;
}

/** Says that keys are strange, with a button behind it that takes them for the delegation's own and then acts. */
export function tellStrange(sentence: string, keys: readonly Recipient[], label: Key, act: () => void, near?: Element | null): void {
  const button = make("button", "", say(label), { type: "button", "data-review-known": "" });
  button.addEventListener("click", (event) => {
    if (event.detail > 1) return; // of a double click that was meant for what stood here before
    keepKnown(keys);
    act();
  });
  tell(sentence, near);
  const region = regionOf(near);
  region?.append(" ", button);
  region?.scrollIntoView?.({ block: "nearest" }); // the button that was pressed may stand far below
}

/** The page that follows says it. It tells what was done, never what was answered. */
export function tellNext(sentence: string): void {
  try {
    sessionStorage.setItem(KEPT, sentence);
  } catch {
    /* the page itself shows what was entered */
  }
}

/** What the page before left to say, while this page stands. */
let kept = "";
export const toldBefore = (): string => kept;

export function tellKept(): void {
  try {
    kept = sessionStorage.getItem(KEPT) ?? "";
    sessionStorage.removeItem(KEPT);
    if (kept) tell(kept);
  } catch {
    /* nothing was kept */
  }
}

/** A fault in words for the person. Nothing of what was answered is in it. */
export function sentenceOf(fault: unknown): string {
  if (fault instanceof Cannot) return fault.message;
  if (fault instanceof TooLong) return say("review_too_long", { n: fault.by });
  if (fault instanceof NoCharacter) return say("review_no_character");
  return say("review_fault", { name: fault instanceof Error ? fault.name : "" });
}
